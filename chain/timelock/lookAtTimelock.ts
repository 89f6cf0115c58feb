import type { TimelockSight } from '../../model/chainActivities.js';
import type { TransactionHash } from '../../model/hex.js';
import { describeSeconds, nextStep, type TimelockOperation, type TimelockProposal } from '../../model/timelock.js';
import type { Chain } from '../chains.js';
import { lookAtSafe } from '../safe/lookAtSafe.js';
import { findCancellation } from './findCancellation.js';
import { type KeptOperation, readOperation } from './readOperation.js';
import { refreshStep } from './refreshStep.js';

interface LookOptions {
  readonly fromBlock: number;
  /** Whether an operation that was never seen scheduled may have been cancelled longer ago than the last look. */
  readonly thorough: boolean;
}

/** What a look at an operation shows; the registration itself is looked at elsewhere. */
export interface TimelockLook extends Pick<TimelockSight, 'timelock' | 'news' | 'outdated'> {
  /** Whether the operation stands elsewhere than it was known to. */
  readonly moved: boolean;
  /** Milliseconds until it is ready, by the clock of the chain; null unless its delay runs. */
  readonly readyIn: number | null;
}

/** A search over about two days of Base, and one over the time between two looks. */
const longSearch = 50;
const shortSearch = 1;

/**
 * Looks where the operation of a timelock stands.
 *
 * @throws Failure ChainUnavailable, AppContractMissing
 */
export async function lookAtTimelock(
  chain: Chain,
  known: TimelockProposal,
  options: LookOptions,
): Promise<TimelockLook> {
  const kept = await readOperation(chain, known.address, known.operation.id);
  const cancellation = kept.state === 'unscheduled' ? await cancellationOf(chain, known, options) : null;
  const operation: TimelockOperation = {
    id: known.operation.id,
    state: cancellation ? 'cancelled' : kept.state,
    readyAt: kept.readyAt,
  };
  const moved = operation.state !== known.operation.state || operation.readyAt !== known.operation.readyAt;
  const { timelock, news } = moved
    ? { timelock: await renewed(chain, { ...known, operation }), news: [] }
    : await withSafe(chain, known, options.fromBlock);
  return {
    timelock,
    news,
    outdated: outdatedBecause({ ...known, operation }, kept, cancellation),
    moved,
    readyIn: kept.state === 'scheduled' && kept.readyAt ? Date.parse(kept.readyAt) - kept.chainTime : null,
  };
}

/** The timelock forgets what is cancelled. Without the event, a reorganisation took the scheduling back. */
function cancellationOf(
  chain: Chain,
  { address, operation }: TimelockProposal,
  { fromBlock, thorough }: LookOptions,
): Promise<TransactionHash | null> {
  const requests = thorough || operation.state !== 'unscheduled' ? longSearch : shortSearch;
  return findCancellation(chain, address, operation.id, { fromBlock, requests });
}

/** The Safe that has to make the next call is read again. */
async function renewed(chain: Chain, timelock: TimelockProposal): Promise<TimelockProposal> {
  const step = nextStep(timelock);
  if (step === null) return timelock;
  const fresh = await refreshStep(chain, step);
  return step === timelock.schedule ? { ...timelock, schedule: fresh } : { ...timelock, execution: fresh };
}

/** The Safe that has to make the next call may stand elsewhere, too: then its next nonce is proposed. */
async function withSafe(
  chain: Chain,
  known: TimelockProposal,
  fromBlock: number,
): Promise<{ readonly timelock: TimelockProposal; readonly news: readonly string[] }> {
  const step = nextStep(known);
  if (!step?.safe) return { timelock: known, news: [] };
  const look = await lookAtSafe(chain, step.safe, fromBlock);
  // What its execution brought about shows at the timelock, in a moment.
  if (look.executed) return { timelock: known, news: [] };
  const news = look.outdated ? [`${look.outdated} Its next nonce is ${look.safe.nonce}.`] : look.news;
  if (news.length === 0) return { timelock: known, news };
  const fresh = { ...step, safe: { ...step.safe, ...look.safe } };
  return { timelock: step === known.schedule ? { ...known, schedule: fresh } : { ...known, execution: fresh }, news };
}

function outdatedBecause(
  { operation: { id, state }, delaySeconds }: { operation: TimelockOperation; delaySeconds: number },
  { minDelaySeconds }: KeptOperation,
  cancellation: TransactionHash | null,
): string | null {
  if (state === 'cancelled') return `The timelock's operation ${id} was cancelled by transaction ${cancellation}.`;
  if (state === 'executed') {
    return `The timelock's operation ${id} was executed, but what it brought about does not stand.`;
  }
  if (state === 'unscheduled' && minDelaySeconds > delaySeconds) {
    return `The timelock's minimum delay was raised from ${describeSeconds(delaySeconds)} to ${describeSeconds(minDelaySeconds)}.`;
  }
  return null;
}
