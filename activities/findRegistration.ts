import type { Chains } from '../chain/chains.js';
import { readRegistration } from '../chain/readRegistration.js';
import type { ChainActivities } from '../model/activities.js';
import { Failure } from '../model/failure.js';
import { activity } from './activity.js';
import { pollDelay } from './pollDelay.js';

/**
 * The fallback that finds a registration of which nobody told. Each attempt is one look; between them the change costs
 * nothing, and its history does not grow. Reads only: safe to repeat.
 */
export const createFindRegistration = ({ chains }: { readonly chains: Chains }): ChainActivities['findRegistration'] =>
  activity(async ({ expectation, fromBlock, finality }, { attempt }) => {
    const chain = chains.get(expectation.contract.chainId);
    const registration = await readRegistration(chain, expectation, { finality, fromBlock });
    if (registration) return registration;
    throw new Failure(
      'RegistrationPending',
      `${expectation.contract.address} does not allow ${expectation.composeHash} yet.`,
      { retryAfter: pollDelay(attempt, { first: 5_000, factor: 1.25, longest: 300_000 }) },
    );
  });
