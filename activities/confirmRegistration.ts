import type { Chain, Chains } from '../chain/chains.js';
import { readRegistration } from '../chain/readRegistration.js';
import type { ChainActivities } from '../model/chainActivities.js';
import { Failure } from '../model/failure.js';
import { calledContract, describeExpectation, type Registration } from '../model/registration.js';
import { activity } from './activity.js';
import { pollDelay } from './pollDelay.js';

type ConfirmInput = Parameters<ChainActivities['confirmRegistration']>[0];

/** Reads everything afresh at each look, for a reorganisation may drop or move what was seen. Safe to repeat. */
export const createConfirmRegistration = ({
  chains,
}: {
  readonly chains: Chains;
}): ChainActivities['confirmRegistration'] =>
  activity(async (input, { attempt }) => {
    const { address, chainId } = calledContract(input.expectation);
    const registration = await readAgain(chains.get(chainId), input);
    if (registration === null) {
      throw gone(`${address} does not show it any more: ${describeExpectation(input.expectation)}.`);
    }
    if (registration.contract.address !== input.registration.contract.address) {
      throw gone(`${input.registration.contract.address} is gone; ${registration.contract.address} came in its place.`);
    }
    if (registration.final) return registration;
    throw new Failure(
      'FinalityPending',
      `The registration stands in block ${registration.blockNumber}, which is not yet ${describe(registration)}.`,
      { retryAfter: pollDelay(attempt, { first: 1_000, factor: 1.3, longest: 15_000 }) },
    );
  });

const gone = (message: string): Failure => new Failure('RegistrationGone', message);

/** By its transaction; where that is gone, by whatever else brought it about. */
async function readAgain(chain: Chain, { expectation, registration }: ConfirmInput): Promise<Registration | null> {
  const { finality, blockNumber, transactionHash } = registration;
  const options = { finality, fromBlock: blockNumber };
  if (transactionHash === null) return readRegistration(chain, expectation, options);
  try {
    return await readRegistration(chain, expectation, { ...options, transactionHash });
  } catch (error) {
    if (error instanceof Failure && error.class === 'refused') return readRegistration(chain, expectation, options);
    throw error;
  }
}

const describe = ({ finality }: Registration): string =>
  typeof finality === 'number' ? `${finality} blocks deep` : finality;
