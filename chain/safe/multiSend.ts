import { keccak256 } from 'viem';
import { Failure } from '../../model/failure.js';
import { type Address, addressSchema, type Hex } from '../../model/hex.js';
import type { Chain } from '../chains.js';
import { rpcFailure } from '../rpcFailure.js';

/**
 * MultiSendCallOnly of each Safe version: where Safe deploys it on most chains, and the hash of its code
 * (safe-deployments 1.37.63). It has no immutable and no storage: the code is the same wherever it stands.
 */
const releases = [
  {
    version: '1.5.0',
    addresses: ['0xA83c336B20401Af773B6219BA5027174338D1836'],
    codeHash: '0xcdbdcec38d2f1c7d961b0029ff8416b7e86e9974d6f0e9c9580c7d17fcfb6663',
  },
  {
    version: '1.4.1',
    addresses: ['0x9641d764fc13c8B624c04430C7356C1C7C8102e2'],
    codeHash: '0xecd5bd14a08c5d2122379900b2f272bdf107a7e92423c10dd5fe3254386c9939',
  },
  {
    version: '1.3.0',
    addresses: ['0x40A2aCCbd92BCA938b02010E17A5b8929b49130D', '0xA1dabEF33b3B82c7814B6D82A79e50F4AC44102B'],
    codeHash: '0xa9865ac2d9c7a1591619b188c4d88167b50df6cc0c5327fcbd1c8c75f7c066ad',
  },
] as const;

const codeHashes: readonly Hex[] = releases.map(({ codeHash }) => codeHash);

/** Where Safe itself deploys MultiSendCallOnly, for any version. */
const canonicalMultiSends: readonly Address[] = releases.flatMap(({ addresses }) =>
  addresses.map((address) => addressSchema.parse(address)),
);

/**
 * The contract that makes several calls in a Safe's name: the configured one, else the one of the Safe's own version that
 * the Safe app takes, too, else that of another version. A Safe hands itself over to it (delegatecall), so only code that
 * Safe has published will do.
 *
 * @param version of the Safe: "1.4.1"
 * @returns null where the chain has none
 * @throws Failure SafeBatchContractUnknown where the configured address has other code; ChainUnavailable
 */
export async function findMultiSend(chain: Chain, version: string): Promise<Address | null> {
  const { multiSend: configured, id } = chain;
  if (configured !== null) {
    if (await isMultiSend(chain, configured)) return configured;
    throw new Failure('SafeBatchContractUnknown', `${configured} is no MultiSendCallOnly on chain ${id}.`);
  }
  const own = releases.filter((release) => version.startsWith(release.version));
  const candidates = [...own.flatMap(({ addresses }) => addresses), ...canonicalMultiSends].map((address) =>
    addressSchema.parse(address),
  );
  const fits = await Promise.all(candidates.map((address) => isMultiSend(chain, address)));
  return candidates.find((_, index) => fits[index]) ?? null;
}

async function isMultiSend({ client }: Chain, address: Address): Promise<boolean> {
  const code = await client.getCode({ address }).catch((error: unknown) => {
    throw rpcFailure(error);
  });
  return code !== undefined && codeHashes.includes(keccak256(code));
}
