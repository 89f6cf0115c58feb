import type { Address, Hex } from '../../model/hex.js';
import type { TimelockOperation } from '../../model/timelock.js';
import type { Chain } from '../chains.js';
import { rpcFailure } from '../rpcFailure.js';
import { timelockAbi } from './timelockAbi.js';

/** An operation as the timelock itself keeps it: it does not tell one that was cancelled from one it never knew. */
export interface KeptOperation {
  readonly state: Exclude<TimelockOperation['state'], 'cancelled'>;
  /** ISO 8601, UTC; null unless it is scheduled or ready. */
  readonly readyAt: string | null;
  /** The minimum delay for operations that are scheduled now, in seconds. */
  readonly minDelaySeconds: number;
  /** The time of the newest block, in milliseconds since the epoch: the clock that the timelock goes by. */
  readonly chainTime: number;
}

/** What the contract keeps instead of a time for an operation that was executed. */
const done = 1n;
/** The end of the year 9999, in seconds: no delay is written as a later time. */
const lastInstant = 253_402_300_799n;

/**
 * Reads one operation, and the time, at the newest block.
 *
 * @throws Failure ChainUnavailable, AppContractMissing
 */
export async function readOperation({ client }: Chain, address: Address, id: Hex): Promise<KeptOperation> {
  const read = { address, abi: timelockAbi } as const;
  try {
    const { number: blockNumber, timestamp: now } = await client.getBlock();
    const [readyFrom, minDelay] = await Promise.all([
      client.readContract({ ...read, functionName: 'getTimestamp', args: [id], blockNumber }),
      client.readContract({ ...read, functionName: 'getMinDelay', blockNumber }),
    ]);
    const known = { minDelaySeconds: Number(minDelay), chainTime: Number(now) * 1000 };
    if (readyFrom === 0n) return { ...known, state: 'unscheduled', readyAt: null };
    if (readyFrom === done) return { ...known, state: 'executed', readyAt: null };
    const seconds = readyFrom < lastInstant ? readyFrom : lastInstant;
    const readyAt = new Date(Number(seconds) * 1000).toISOString();
    return { ...known, state: readyFrom > now ? 'scheduled' : 'ready', readyAt };
  } catch (error) {
    throw rpcFailure(error);
  }
}
