import { type Address, addressSchema } from '../model/hex.js';
import type { Chain } from './chains.js';
import { safeAbi } from './contracts.js';
import { noAnswer, rpcFailure } from './rpcFailure.js';

/** An account that decides over an app contract, and what kind it is. */
export interface Account {
  readonly address: Address;
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
 * Reads what kind of account an address is: one without code is a key, one that answers like a Safe is a Safe.
 *
 * @throws Failure ChainUnavailable
 */
export async function readAccount(chain: Chain, address: Address): Promise<Account> {
  try {
    const code = await chain.client.getCode({ address });
    if (code === undefined || code === '0x') return { address, kind: 'key', safe: null };
    const safe = await readSafe(chain, address);
    return { address, kind: safe ? 'safe' : 'contract', safe };
  } catch (error) {
    throw rpcFailure(error);
  }
}

/** Null where the contract does not answer like a Safe. */
async function readSafe({ client }: Chain, address: Address): Promise<SafeState | null> {
  const read = { address, abi: safeAbi } as const;
  const [version, threshold, owners, nonce] = await Promise.all([
    client.readContract({ ...read, functionName: 'VERSION' }).catch(noAnswer),
    client.readContract({ ...read, functionName: 'getThreshold' }).catch(noAnswer),
    client.readContract({ ...read, functionName: 'getOwners' }).catch(noAnswer),
    client.readContract({ ...read, functionName: 'nonce' }).catch(noAnswer),
  ]);
  if (version === null || threshold === null || owners === null || nonce === null) return null;
  return {
    version,
    threshold: Number(threshold),
    owners: owners.map((owner) => addressSchema.parse(owner)),
    nonce: Number(nonce),
  };
}
