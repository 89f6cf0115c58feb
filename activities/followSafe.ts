import type { Chains } from '../chain/chains.js';
import { lookAtSafe, type SafeLook } from '../chain/safe/lookAtSafe.js';
import type { ChainActivities, SafeSight } from '../model/chainActivities.js';
import { Failure } from '../model/failure.js';
import { calledContract, describeExpectation } from '../model/registration.js';
import { activity } from './activity.js';
import { lookForRegistration } from './lookForRegistration.js';
import { ofKnownContracts } from './ofKnownContracts.js';
import { fallbackPace, pollDelay } from './pollDelay.js';

/** Looks, two seconds apart, after which a nonce that does not fit is no matter of nodes that lag. */
const looksAfterExecution = 5;

/**
 * Watches what is expected, and the Safe that is to bring it about. Each attempt is one look; only news end it, so that the
 * history does not grow while nothing happens. Reads only: safe to repeat.
 */
export const createFollowSafe = ({ chains }: { readonly chains: Chains }): ChainActivities['followSafe'] =>
  activity(async ({ safe, ...awaited }, execution): Promise<SafeSight> => {
    const { expectation, fromBlock } = awaited;
    const { attempt, sleep } = execution;
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
    function news({ safe: now, news: lines, outdated }: SafeLook): SafeSight {
      if (outdated !== null || lines.length > 0) return { registration: null, safe: now, news: lines, outdated };
      const { address } = calledContract(expectation);
      throw new Failure(
        'RegistrationPending',
        `${address} does not show it yet: ${describeExpectation(expectation)}.`,
        {
          retryAfter: pollDelay(attempt, fallbackPace),
        },
      );
    }
  });
