import type { Chain, Chains } from '../chain/chains.js';
import { lookAtTimelock, type TimelockLook } from '../chain/timelock/lookAtTimelock.js';
import type { ChainActivities, TimelockSight } from '../model/chainActivities.js';
import { Failure } from '../model/failure.js';
import { calledContract } from '../model/registration.js';
import { describeOperation, nextStep, type TimelockProposal } from '../model/timelock.js';
import { activity } from './activity.js';
import { lookForRegistration } from './lookForRegistration.js';
import { ofKnownContracts } from './ofKnownContracts.js';
import { pollDelay } from './pollDelay.js';
import { lookAtQueue } from './safeQueue/lookAtQueue.js';
import { paceOf, type SafeQueues } from './safeQueue/safeQueues.js';

/** Looks, two seconds apart, after which an execution without a registration is no matter of nodes that lag. */
const looksAfterExecution = 5;

interface Surroundings {
  readonly chains: Chains;
  readonly queues: SafeQueues;
}

/**
 * Watches the operation of a timelock and what it is to bring about; then the queue of the Safe that has to make its next
 * call, where one is used. Each attempt is one look; only news end it, so that the history does not grow while nothing
 * happens. Safe to repeat: it reads, and puts into the queue only what is not there.
 */
export const createFollowTimelock = ({ chains, queues }: Surroundings): ChainActivities['followTimelock'] =>
  activity(async ({ timelock, ...awaited }, execution): Promise<TimelockSight> => {
    const { expectation, fromBlock } = awaited;
    const { attempt, signal, sleep } = execution;
    const chain = chains.get(calledContract(expectation).chainId);
    for (let look = 1; ; look++) {
      const registration = await lookForRegistration(chain, awaited, execution);
      // Afterwards: an execution that is seen before the registration would look like one that led to nothing.
      const seen = await ofKnownContracts(() =>
        lookAtTimelock(chain, timelock, { fromBlock, thorough: attempt === 1 }),
      );
      if (registration) return { registration, timelock: seen.timelock, news: [], outdated: null };
      if (seen.timelock.operation.state !== 'executed' || look === looksAfterExecution) {
        return news(seen, { chain, queues, attempt, signal });
      }
      await sleep(2_000);
    }
  });

interface Look {
  readonly chain: Chain;
  readonly queues: SafeQueues;
  readonly attempt: number;
  readonly signal: AbortSignal;
}

/** @throws Failure RegistrationPending where nothing has changed */
async function news(
  { timelock, news: lines, outdated, moved, readyIn }: TimelockLook,
  { chain, queues, attempt, signal }: Look,
): Promise<TimelockSight> {
  if (moved || outdated || lines.length > 0) return { registration: null, timelock, news: lines, outdated };
  const queued = await newsOfQueue(timelock, { chain, queues, signal });
  if (queued) return { registration: null, news: [], outdated, ...queued };
  const delay = pollDelay(attempt, paceOf(queues, chain));
  throw new Failure('RegistrationPending', `Nothing new: ${describeOperation(timelock)}.`, {
    // The moment at which it becomes ready is known.
    retryAfter: readyIn === null ? delay : Math.min(delay, Math.max(readyIn, 1_000)),
  });
}

/** Null where there is none. */
async function newsOfQueue(
  timelock: TimelockProposal,
  { chain, queues, signal }: Pick<Look, 'chain' | 'queues' | 'signal'>,
): Promise<Required<Pick<TimelockSight, 'timelock' | 'queueNews'>> | null> {
  const step = nextStep(timelock);
  if (!step?.safe) return null;
  // While its delay runs it cannot be executed: at the head of the queue it would only be in the way of everything else.
  const proposes = timelock.operation.state !== 'scheduled';
  const { safe, news: queueNews, moved } = await lookAtQueue(queues, chain, step.safe, { proposes, signal });
  if (!moved) return null;
  const fresh = { ...step, safe: { ...step.safe, ...safe } };
  const steps = step === timelock.schedule ? { schedule: fresh } : { execution: fresh };
  return { timelock: { ...timelock, ...steps }, queueNews };
}
