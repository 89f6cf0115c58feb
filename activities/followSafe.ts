import type { Chains } from '../chain/chains.js';
import { lookAtSafe, type SafeLook } from '../chain/safe/lookAtSafe.js';
import type { ChainActivities, SafeSight } from '../model/chainActivities.js';
import { Failure } from '../model/failure.js';
import { calledContract, describeExpectation } from '../model/registration.js';
import { activity } from './activity.js';
import { lookForRegistration } from './lookForRegistration.js';
import { ofKnownContracts } from './ofKnownContracts.js';
import { pollDelay } from './pollDelay.js';
import { lookAtQueue } from './safeQueue/lookAtQueue.js';
import { paceOf, type SafeQueues } from './safeQueue/safeQueues.js';

/** Looks, two seconds apart, after which a nonce that does not fit is no matter of nodes that lag. */
const looksAfterExecution = 5;

interface Surroundings {
  readonly chains: Chains;
  readonly queues: SafeQueues;
}

/**
 * Watches what is expected, and the Safe that is to bring it about; then its queue, where one is used. Each attempt is one
 * look; only news end it, so that the history does not grow while nothing happens. Safe to repeat: it reads, and puts
 * into the queue only what is not there.
 */
export const createFollowSafe = ({ chains, queues }: Surroundings): ChainActivities['followSafe'] =>
  activity(async ({ safe, ...awaited }, execution): Promise<SafeSight> => {
    const { expectation, fromBlock } = awaited;
    const { attempt, signal, sleep } = execution;
    const chain = chains.get(calledContract(expectation).chainId);
    for (let look = 1; ; look++) {
      const registration = await lookForRegistration(chain, awaited, execution);
      if (registration) return { registration, safe, news: [], outdated: null };
      // Afterwards: the transaction that uses up the nonce may be the one that brings it about.
      const seen = await ofKnownContracts(() => lookAtSafe(chain, safe, fromBlock));
      if (seen.outdated === null || look === looksAfterExecution) return news(seen);
      await sleep(look === 1 ? 500 : 2_000);
    }

    /** @throws Failure RegistrationPending where nothing has changed */
    async function news({ safe: now, news: lines, outdated }: SafeLook): Promise<SafeSight> {
      if (outdated !== null || lines.length > 0) return { registration: null, safe: now, news: lines, outdated };
      const queue = await lookAtQueue(queues, chain, now, { proposes: true, signal });
      if (queue.moved) {
        return { registration: null, safe: queue.safe, news: [], queueNews: queue.news, outdated };
      }
      const { address } = calledContract(expectation);
      throw new Failure(
        'RegistrationPending',
        `${address} does not show it yet: ${describeExpectation(expectation)}.`,
        {
          retryAfter: pollDelay(attempt, paceOf(queues, chain)),
        },
      );
    }
  });
