import type { Chains } from '../chain/chains.js';
import type { ChainActivities } from '../model/chainActivities.js';
import { Failure } from '../model/failure.js';
import { calledContract, describeExpectation } from '../model/registration.js';
import { activity } from './activity.js';
import { lookForRegistration } from './lookForRegistration.js';
import { fallbackPace, type PollPace, pollDelay } from './pollDelay.js';

interface FindRegistrationOptions {
  readonly chains: Chains;
  /** Of the looks. Default: as where nobody watches the chain. */
  readonly pace?: PollPace;
}

/**
 * The fallback that finds a registration of which nobody told, neither a person nor the watcher of the chain. Each attempt
 * is one look, soon at first and each hour in the end; between them the change costs nothing, and its history does not
 * grow. Reads only: safe to repeat.
 */
export const createFindRegistration = ({
  chains,
  pace = fallbackPace,
}: FindRegistrationOptions): ChainActivities['findRegistration'] =>
  activity(async (awaited, execution) => {
    const { expectation } = awaited;
    const { address, chainId } = calledContract(expectation);
    const registration = await lookForRegistration(chains.get(chainId), awaited, execution);
    if (registration) return registration;
    throw new Failure('RegistrationPending', `${address} does not show it yet: ${describeExpectation(expectation)}.`, {
      retryAfter: pollDelay(execution.attempt, pace),
    });
  });
