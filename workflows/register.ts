import type { Preparation } from '../model/activities.js';
import type { Expectation, Proposal, Registration } from '../model/registration.js';
import { chain } from './activities.js';
import { awaitRegistration } from './awaitRegistration.js';
import type { Change } from './change.js';
import type { Hints } from './hints.js';
import { StepFailure } from './stepFailure.js';
import type { Steps } from './steps.js';

/**
 * Sees to it that what was prepared is registered: asks the owner of the contract where he was not asked for this very
 * hash before, waits, and verifies.
 *
 * @throws Withdrawal; StepFailure
 */
export async function register(
  change: Change,
  hints: Hints,
  { registrar, title }: Steps,
  preparation: Preparation,
): Promise<Registration> {
  const { status } = change;
  const expectation = expectationOf(preparation);
  if (status.proposal === null || !serves(status.proposal.expectation, expectation)) {
    status.registration = null;
    hints.reset();
    const summary = `read the owner of ${expectation.contract.address}`;
    const description = `${expectation.composeHash}, requested by ${status.requestedBy}${status.reason ? `: ${status.reason}` : ''}`;
    status.proposal = await change.attempt(() =>
      chain.openRegistration.executeWithOptions({ summary }, [{ expectation, registrar, title: title(), description }]),
    );
  }
  return verify(change, hints);
}

/**
 * Comes back when the registration stands at the finality that policy asks for. Where it vanishes meanwhile (revoked,
 * or dropped by a reorganisation) it is awaited again.
 *
 * @throws Withdrawal; StepFailure
 */
export async function verify(change: Change, hints: Hints): Promise<Registration> {
  const { status } = change;
  const proposal = status.proposal as Proposal; // Verified is only what was opened before.
  for (;;) {
    const known = status.registration;
    const seen = known ?? (await firstSight(change, hints, proposal));
    status.registration = seen;
    if (known === null && seen.final) return seen;
    const confirmed = await confirm(change, proposal, seen);
    status.registration = confirmed;
    if (confirmed) return confirmed;
  }
}

/** What stands on the allow-lists already only has to be read. */
const firstSight = (change: Change, hints: Hints, proposal: Proposal): Promise<Registration> => {
  if (proposal.calls.length > 0) return awaitRegistration(change, hints, proposal);
  const { expectation, fromBlock } = proposal;
  const { finality } = change.status.policy;
  change.enter('verifying');
  return change.attempt(() =>
    chain.findRegistration.executeWithOptions({ summary: 'registered already: read it' }, [
      { expectation, fromBlock, finality },
    ]),
  );
};

/** Null where it vanished. */
async function confirm(
  change: Change,
  { expectation }: Proposal,
  registration: Registration,
): Promise<Registration | null> {
  change.enter('verifying', `block ${registration.blockNumber} to become ${registration.finality}`);
  const summary = `confirm ${registration.transactionHash ?? expectation.composeHash}`;
  try {
    return await change.attempt(() =>
      chain.confirmRegistration.executeWithOptions({ summary }, [{ expectation, registration }]),
    );
  } catch (error) {
    if (!(error instanceof StepFailure) || error.type !== 'RegistrationGone') throw error;
    change.record(`The registration vanished: ${error.message}`);
    return null;
  }
}

const expectationOf = ({ contract, composeHash, deviceId, deviceAllowed }: Preparation): Expectation => ({
  contract,
  composeHash,
  deviceId: deviceAllowed === false ? deviceId : null,
});

/** Whether what was asked for before is what is needed now. */
const serves = (asked: Expectation, needed: Expectation): boolean =>
  asked.composeHash === needed.composeHash &&
  asked.contract.chainId === needed.contract.chainId &&
  asked.contract.address === needed.contract.address &&
  (needed.deviceId === null || asked.deviceId === needed.deviceId);
