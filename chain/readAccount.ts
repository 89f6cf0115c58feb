import type { Address } from '../model/hex.js';
import type { Chain } from './chains.js';
import { rpcFailure } from './rpcFailure.js';
import { readSafe, type SafeState } from './safe/readSafe.js';
import { readTimelock, type TimelockState } from './timelock/readTimelock.js';

/** An account that decides over an app contract, and what kind it is. */
export interface Account {
  readonly address: Address;
  readonly kind: 'key' | 'safe' | 'timelock' | 'contract';
  readonly safe: SafeState | null;
  readonly timelock: TimelockState | null;
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
