import { type Address, addressSchema } from '../model/hex.js';
import type { Chain } from './chains.js';
import { safeAbi } from './contracts.js';
import { noAnswer, rpcFailure } from './rpcFailure.js';
import { readTimelock, type TimelockState } from './timelock/readTimelock.js';

/** An account that decides over an app contract, and what kind it is. */
export interface Account {
  readonly address: Address;
  readonly kind: 'key' | 'safe' | 'timelock' | 'contract';
  readonly safe: SafeState | null;
  readonly timelock: TimelockState | null;
}

/** A Safe as it stands at the newest block. */
export interface SafeState {
  readonly version: string;
  readonly threshold: number;
  readonly owners: readonly Address[];
  readonly nonce: number;
}

/**
 * Reads what kind of account an address is: one without code is a key, one that answers like a Safe is a Safe, and
 * likewise a timelock.
 *
 * @throws Failure ChainUnavailable
 */
export async function readAccount(chain: Chain, address: Address): Promise<Account> {
  try {
    const code = await chain.client.getCode({ address });
    if (code === undefined || code === '0x') return { address, kind: 'key', safe: null, timelock: null };
    const [safe, timelock] = await Promise.all([readSafe(chain, address), readTimelock(chain, address)]);
    if (safe) return { address, kind: 'safe', safe, timelock: null };
    return { address, kind: timelock ? 'timelock' : 'contract', safe: null, timelock };
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
