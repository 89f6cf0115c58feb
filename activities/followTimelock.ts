import type { Chains } from '../chain/chains.js';
import { lookAtTimelock, type TimelockLook } from '../chain/timelock/lookAtTimelock.js';
import type { ChainActivities, TimelockSight } from '../model/chainActivities.js';
import { Failure } from '../model/failure.js';
import { calledContract } from '../model/registration.js';
import { describeOperation } from '../model/timelock.js';
import { activity } from './activity.js';
import { lookForRegistration } from './lookForRegistration.js';
import { ofKnownContracts } from './ofKnownContracts.js';
import { fallbackPace, pollDelay } from './pollDelay.js';

/** Looks, two seconds apart, after which an execution without a registration is no matter of nodes that lag. */
const looksAfterExecution = 5;

/**
 * Watches the operation of a timelock and what it is to bring about. Each attempt is one look; only news end it, so that
 * the history does not grow while nothing happens. Reads only: safe to repeat.
 */
export const createFollowTimelock = ({ chains }: { readonly chains: Chains }): ChainActivities['followTimelock'] =>
  activity(async ({ timelock, ...awaited }, execution): Promise<TimelockSight> => {
    const { expectation, fromBlock } = awaited;
    const { attempt, sleep } = execution;
    const chain = chains.get(calledContract(expectation).chainId);
    for (let look = 1; ; look++) {
      const registration = await lookForRegistration(chain, awaited, execution);
      // Afterwards: an execution that is seen before the registration would look like one that led to nothing.
      const seen = await ofKnownContracts(() =>
        lookAtTimelock(chain, timelock, { fromBlock, thorough: attempt === 1 }),
      );
      if (registration) return { registration, timelock: seen.timelock, news: [], outdated: null };
      if (seen.timelock.operation.state !== 'executed' || look === looksAfterExecution) return news(seen, attempt);
      await sleep(2_000);
    }
  });

/** @throws Failure RegistrationPending where nothing has changed */
function news({ timelock, news: lines, outdated, moved, readyIn }: TimelockLook, attempt: number): TimelockSight {
  if (moved || outdated || lines.length > 0) return { registration: null, timelock, news: lines, outdated };
  const delay = pollDelay(attempt, fallbackPace);
  throw new Failure('RegistrationPending', `Nothing new: ${describeOperation(timelock)}.`, {
    // The moment at which it becomes ready is known.
    retryAfter: readyIn === null ? delay : Math.min(delay, Math.max(readyIn, 1_000)),
  });
}
