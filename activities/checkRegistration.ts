import type { Chains } from '../chain/chains.js';
import { readRegistration } from '../chain/readRegistration.js';
import type { ChainActivities } from '../model/activities.js';
import { Failure } from '../model/failure.js';
import type { Registration } from '../model/registration.js';
import { activity, type Execution } from './activity.js';

type CheckInput = Parameters<ChainActivities['checkRegistration']>[0];

/** Seconds within which a transaction should show, and within which finality is awaited before the sender is answered. */
const patience = 6;

/** Checks what somebody delivered, while he waits for the answer. Reads only: safe to repeat. */
export const createCheckRegistration = ({
  chains,
}: {
  readonly chains: Chains;
}): ChainActivities['checkRegistration'] =>
  activity(async (input, execution) => {
    const read = (): Promise<Registration | null> =>
      readRegistration(chains.get(input.expectation.contract.chainId), input.expectation, input);
    for (let second = 0; ; second++) {
      const last = second === patience;
      const registration = await read().catch(unlessPassing(last));
      if (registration?.final || (registration && last)) return registration;
      if (last) throw notSeen(input);
      await pause(execution);
    }
  });

/** A node may learn of a transaction a moment later than its sender. */
const unlessPassing =
  (last: boolean) =>
  (error: unknown): null => {
    const passing = error instanceof Failure && ['TransactionUnknown', 'TransactionPending'].includes(error.type);
    if (passing && !last) return null;
    throw error;
  };

const pause = ({ sleep }: Execution): Promise<void> => sleep(1_000);

const notSeen = ({ expectation: { contract, composeHash } }: CheckInput): Failure =>
  new Failure('RegistrationNotSeen', `${contract.address} does not allow ${composeHash} yet, or not its device.`);
