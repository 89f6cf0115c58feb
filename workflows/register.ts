import type { OpenedRegistration } from '../model/chainActivities.js';
import { describeHashCheck } from '../model/hashCheck.js';
import {
  calledContract,
  describeExpectation,
  describeTransfer,
  type Expectation,
  type Proposal,
  type Registration,
} from '../model/registration.js';
import { withSignaturesOf } from '../model/safe.js';
import { chain } from './activities.js';
import { awaitRegistration } from './awaitRegistration.js';
import type { Change } from './change.js';
import type { Hints } from './hints.js';
import { StepFailure } from './stepFailure.js';
import type { Asking } from './steps.js';

/**
 * Sees to it that what is expected stands on chain: asks the owner of the contract where he was not asked for this very
 * thing before, waits, and verifies.
 *
 * @throws Withdrawal; StepFailure
 */
export async function register(
  change: Change,
  hints: Hints,
  asking: Asking,
  expectation: Expectation,
): Promise<Registration> {
  const { status } = change;
  if (status.proposal !== null && serves(status.proposal.expectation, expectation))
    return verify(change, hints, asking);
  status.registration = null;
  hints.reset();
  const { proposal, registration } = await open(change, asking, { expectation, since: null });
  status.proposal = proposal;
  const { owner, pendingOwner } = proposal;
  if (pendingOwner) change.record(`Note: ${describeTransfer(pendingOwner)}. Until then ${owner} decides.`);
  return verify(change, hints, asking, registration);
}

/** Reads whom to ask for what, as it stands now. */
function open(
  change: Change,
  { registrar, title }: Asking,
  { expectation, since }: { readonly expectation: Expectation; readonly since: number | null },
): Promise<OpenedRegistration> {
  const { proposal, requestedBy, reason, policy, hashCheck, recomputedHash, changes } = change.status;
  const { finality, timelockProposer } = policy;
  const { usedOperations } = change;
  const owned = expectation.kind === 'deployment' ? 'who is to own the app of KMS' : 'the owner of';
  const summary = `read ${owned} ${calledContract(expectation).address}`;
  const what = `${describeExpectation(expectation)}${proposal ? inPlaceOf(proposal.expectation, expectation) : ''}`;
  const description = [
    `${what}, requested by ${requestedBy}${reason ? `: ${reason}` : ''}`,
    ...(hashCheck ? [`Compose hash ${describeHashCheck({ hashCheck, recomputedHash })}`] : []),
    ...(changes.length > 0 ? [`Changes: ${changes.join('; ')}`] : []),
  ].join('. ');
  // Who was asked before may have signed already: an owner whom the request does not allow for is no reason to fail then.
  const registered = since !== null;
  return change.attempt(
    () =>
      chain.openRegistration.executeWithOptions({ summary }, [
        {
          expectation,
          registrar,
          finality,
          title: title(),
          description,
          since,
          ...(timelockProposer && { timelockProposer }),
          ...(usedOperations > 0 && { usedOperations }),
        },
      ]),
    registered ? { registered } : {},
  );
}

/** What the signers were asked for before, where that was another compose hash. */
function inPlaceOf(before: Expectation, now: Expectation): string {
  if (before.kind === 'allowList' || now.kind === 'allowList' || before.composeHash === now.composeHash) return '';
  return ` in place of ${before.composeHash}`;
}

/**
 * Comes back when the registration stands at the finality that policy asks for. Where it vanishes meanwhile (revoked,
 * or dropped by a reorganisation) it is awaited again.
 *
 * @param standing what was found when the proposal was opened
 * @throws Withdrawal; StepFailure
 */
export async function verify(
  change: Change,
  hints: Hints,
  asking: Asking,
  standing: Registration | null = null,
): Promise<Registration> {
  const { status } = change;
  for (let found = standing; ; ) {
    const proposal = status.proposal as Proposal; // Verified is only what was opened before.
    const known = status.registration;
    const seen = known ?? found ?? (await firstSight(change, hints, proposal));
    // Withdrawn in the very moment in which it was found: whoever was told so is right.
    if (known === null) change.checkWithdrawal();
    if (seen) {
      status.registration = seen;
      if (known === null && seen.final) return seen;
      const confirmed = await confirm(change, proposal, seen);
      status.registration = confirmed;
      if (confirmed) return confirmed;
    }
    // What is missing now, and who can bring it about, need not be what it was.
    const { expectation, fromBlock: since } = proposal;
    const { proposal: renewed, registration } = await open(change, asking, { expectation, since });
    // The same nonce again, after a reorganisation: what was signed still counts.
    const safe = renewed.safe && withSignaturesOf(status.proposal?.safe ?? null, renewed.safe);
    status.proposal = { ...renewed, safe };
    found = registration;
  }
}

/** What stands on the allow-lists already only has to show how it came about. Null where it has to be proposed anew. */
const firstSight = (change: Change, hints: Hints, proposal: Proposal): Promise<Registration | null> => {
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
  const summary = `confirm ${registration.transactionHash ?? describeExpectation(expectation)}`;
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

/** Whether what was asked for before is what is needed now. */
function serves(asked: Expectation, needed: Expectation): boolean {
  const [before, now] = [calledContract(asked), calledContract(needed)];
  if (before.chainId !== now.chainId || before.address !== now.address) return false;
  if (asked.kind === 'admission' && needed.kind === 'admission') {
    const device = needed.deviceId === null || asked.deviceId === needed.deviceId;
    return asked.composeHash === needed.composeHash && device;
  }
  if (asked.kind === 'deployment' && needed.kind === 'deployment') {
    return asked.composeHash === needed.composeHash && asked.deviceId === needed.deviceId;
  }
  return false;
}
