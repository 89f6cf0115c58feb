import { Failure } from '../model/failure.js';
import type { Address } from '../model/hex.js';
import type { Chain } from './chains.js';
import { dstackAppProbeAbi } from './contracts.js';
import { noAnswer } from './rpcFailure.js';

/** Up to dstack v0.5.8 a contract does not tell; from v0.5.9 on it is of version 2 (on-chain.md §2.5). */
const knownVersion = 2n;
/** ERC-165 ids (on-chain.md §2.2). */
const appAuth = '0x1e079198';
const managedAppAuth = '0x8fd37527';

/**
 * Makes sure that an app contract is of a generation that is known here, before anybody signs a call of it: in another
 * one the same call may mean something else, such as an approval for one epoch only (on-chain.md §2.5).
 *
 * @throws Failure AppContractUnknown, ChainUnavailable
 */
export async function requireKnownApp({ client }: Chain, address: Address): Promise<void> {
  const probe = { address, abi: dstackAppProbeAbi } as const;
  const supports = (id: `0x${string}`) =>
    client.readContract({ ...probe, functionName: 'supportsInterface', args: [id] }).catch(noAnswer);
  const [version, isAppAuth, isManaged] = await Promise.all([
    client.readContract({ ...probe, functionName: 'version' }).catch(noAnswer),
    supports(appAuth),
    supports(managedAppAuth),
  ]);
  if (version !== null && version !== knownVersion) {
    throw unknown(
      `The contract ${address} says that it is of version ${version}; Countersign knows version ${knownVersion}, and those from before.`,
    );
  }
  // One that does not tell may be older than the interfaces; one that tells has to have them.
  if (isAppAuth === false || (version !== null && isManaged === false)) {
    throw unknown(`The contract ${address} denies that it is a DstackApp (ERC-165).`);
  }
}

const unknown = (message: string): Failure =>
  new Failure('AppContractUnknown', message, {
    remedy: 'Find out which contract governs the app. Nobody should sign before; a newer Countersign may know it.',
  });
