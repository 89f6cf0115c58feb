import { type Address, addressSchema } from '../model/hex.js';
import type { Chain } from './chains.js';
import { dstackAppAbi, ownable2StepAbi, safeAbi } from './contracts.js';
import { rpcFailure } from './rpcFailure.js';

/** Who decides over an app contract. */
export interface Owner {
  readonly address: Address;
  readonly pendingOwner: Address | null;
  readonly kind: 'key' | 'safe' | 'contract';
  readonly safe: SafeState | null;
}

/** A Safe as it stands at the newest block. */
export interface SafeState {
  readonly version: string;
  readonly threshold: number;
  readonly owners: readonly Address[];
  readonly nonce: number;
}

/**
 * Reads the owner of an app contract, and what kind of account it is: one without code is a key, one that answers like
 * a Safe is a Safe.
 *
 * @throws Failure ChainUnavailable, AppContractMissing, AppContractUnknown
 */
export async function readOwner(chain: Chain, contract: Address): Promise<Owner> {
  const { client } = chain;
  try {
    const address = addressSchema.parse(
      await client.readContract({ address: contract, abi: dstackAppAbi, functionName: 'owner' }),
    );
    const [code, pendingOwner] = await Promise.all([client.getCode({ address }), readPendingOwner(chain, contract)]);
    if (code === undefined || code === '0x') return { address, pendingOwner, kind: 'key', safe: null };
    const safe = await readSafe(chain, address);
    return { address, pendingOwner, kind: safe ? 'safe' : 'contract', safe };
  } catch (error) {
    throw rpcFailure(error);
  }
}

/** Null where the contract is plain Ownable, or nothing is pending. */
async function readPendingOwner({ client }: Chain, contract: Address): Promise<Address | null> {
  const read = { address: contract, abi: ownable2StepAbi, functionName: 'pendingOwner' } as const;
  const pending = await client.readContract(read).catch(refusal);
  return pending === null || /^0x0+$/.test(pending) ? null : addressSchema.parse(pending);
}

/** Null where the contract does not answer like a Safe. */
async function readSafe({ client }: Chain, address: Address): Promise<SafeState | null> {
  const read = { address, abi: safeAbi } as const;
  const [version, threshold, owners, nonce] = await Promise.all([
    client.readContract({ ...read, functionName: 'VERSION' }).catch(refusal),
    client.readContract({ ...read, functionName: 'getThreshold' }).catch(refusal),
    client.readContract({ ...read, functionName: 'getOwners' }).catch(refusal),
    client.readContract({ ...read, functionName: 'nonce' }).catch(refusal),
  ]);
  if (version === null || threshold === null || owners === null || nonce === null) return null;
  return {
    version,
    threshold: Number(threshold),
    owners: owners.map((owner) => addressSchema.parse(owner)),
    nonce: Number(nonce),
  };
}

/** Null where a contract has no such function; an outage is passed on. */
function refusal(error: unknown): null {
  const failure = rpcFailure(error);
  if (failure.class === 'transient') throw failure;
  return null;
}
