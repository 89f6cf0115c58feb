import type { Chains } from '../chain/chains.js';
import { readRegistration } from '../chain/readRegistration.js';
import type { ChainActivities } from '../model/chainActivities.js';
import { Failure } from '../model/failure.js';
import { calledContract, describeExpectation } from '../model/registration.js';
import { activity, type Execution } from './activity.js';

type CheckInput = Parameters<ChainActivities['checkRegistration']>[0];

/** Seconds within which a transaction that was just sent should show: nodes learn of it at different moments. */
const patienceWithNode = 2;
/** Seconds within which finality is awaited before the sender is answered. */
const patienceWithFinality = 6;

/** Checks what somebody delivered, while he waits for the answer. Reads only: safe to repeat. */
export const createCheckRegistration = ({
  chains,
}: {
  readonly chains: Chains;
}): ChainActivities['checkRegistration'] =>
  activity(async (input, execution) => {
    const chain = chains.get(calledContract(input.expectation).chainId);
    for (let second = 0; ; second++) {
      const registration = await readRegistration(chain, input.expectation, input).catch(
        unlessPassing(second < patienceWithNode),
      );
      if (registration?.final || (registration && second >= patienceWithFinality)) return registration;
      if (registration === null && second >= patienceWithNode) throw notSeen(input);
      await pause(execution);
    }
  });

const unlessPassing =
  (mayPass: boolean) =>
  (error: unknown): null => {
    const passing = error instanceof Failure && ['TransactionUnknown', 'TransactionPending'].includes(error.type);
    if (passing && mayPass) return null;
    throw error;
  };

const pause = ({ sleep }: Execution): Promise<void> => sleep(1_000);

const notSeen = ({ expectation }: CheckInput): Failure =>
  new Failure(
    'RegistrationNotSeen',
    `${calledContract(expectation).address} does not show it yet: ${describeExpectation(expectation)}.`,
  );
