import { Failure } from './failure.js';
import type { FailureClass } from './failures.js';
import type { Message, MessageName } from './messages.js';
import { hasEnded } from './phases.js';
import { longestPatience } from './policy.js';
import { safeToSign } from './signing.js';
import type { ChangeStatus } from './status.js';

/** What the course does about a failure that Temporal does not retry. */
export type Decision = 'block' | 'fail' | 'prepareAgain' | 'verifyAgain';

/**
 * Decides by the class of a failure. What is wrong with a request fails a change only while nothing was registered:
 * afterwards people have signed, and losing their work is worse than waiting for an operator.
 */
export function decide(failure: FailureClass, { registered }: { registered: boolean }): Decision {
  switch (failure) {
    case 'final':
      return 'fail';
    case 'request':
      return registered ? 'block' : 'fail';
    case 'expired':
      return 'prepareAgain';
    case 'unregistered':
      return 'verifyAgain';
    case 'operator':
    case 'hold':
    case 'transient':
    case 'pending':
    case 'refused':
      return 'block';
  }
}

/** The phase of the course that a change is in; of a blocked one, the phase that it is blocked in. */
const courseOf = ({ phase, blocked }: ChangeStatus) => (phase === 'blocked' ? blocked?.phase : phase);

/**
 * Whether a commit may have been sent: what was asked for takes effect, or shows that it did not. A change of
 * allow-lists has no commit: it takes effect on chain.
 */
export const commitUnderWay = (status: ChangeStatus): boolean => {
  const { kind, phase, blocked, registration } = status;
  const at = courseOf(status);
  if (at === 'applying' || (kind === 'allowlist' && registration !== null)) return true;
  return at === 'committing' && (phase !== 'blocked' || blocked?.effect !== 'none');
};

/**
 * Whether a change can still be withdrawn. While its commit may be on its way that is possible, too: it ends as
 * withdrawn where a look shows that nothing took effect. A transaction of the owner key is not called back so: it may be
 * mined at any time.
 */
export const withdrawable = (status: ChangeStatus): boolean =>
  !commitUnderWay(status) || (courseOf(status) === 'committing' && status.kind !== 'allowlist');

/**
 * Refuses a message that is out of place in this state. Pure and synchronous: it runs as the validator of the update,
 * so that a refused message leaves no event in the history.
 *
 * @throws Failure of class `refused`, with the reason
 */
export function admit(message: MessageName, status: ChangeStatus): void {
  if (hasEnded(status.phase)) throw new Failure('ChangeEnded', `The change has ended: it is ${status.phase}.`);
  switch (message) {
    case 'cancel':
    case 'reject':
      if (status.withdrawal) {
        throw new Failure('MessageOutOfPlace', `The change is being withdrawn already: ${status.withdrawal.summary}`);
      }
      if (!withdrawable(status)) {
        throw new Failure('CommitUnderWay', `The change is ${status.phase}: what was asked for takes effect.`);
      }
      return;
    case 'registered':
      if (commitUnderWay(status)) {
        throw new Failure('CommitUnderWay', 'The registration was verified already; the commit is under way.');
      }
      if (status.proposal === null) {
        throw new Failure('MessageOutOfPlace', 'Nothing has to be registered yet: the change is still being prepared.');
      }
      return;
    case 'sign':
      admitSignature(status);
      return;
    case 'pause':
      if (status.kind === 'allowlist')
        throw new Failure('MessageOutOfPlace', 'There is no commit to hold back: the chain is all.');
      if (status.paused) throw new Failure('MessageOutOfPlace', 'The change is paused already.');
      if (commitUnderWay(status)) throw new Failure('CommitUnderWay', 'The commit is under way: too late for a pause.');
      return;
    case 'resume':
      if (!status.paused) throw new Failure('MessageOutOfPlace', 'The change is not paused.');
      return;
    case 'retry':
      if (status.phase !== 'blocked') throw new Failure('MessageOutOfPlace', 'The change is not blocked.');
      return;
    case 'renew':
      if (status.kind !== 'adopt') {
        throw new Failure('MessageOutOfPlace', 'This change prepares by itself: it needs no token.');
      }
      if (status.phase === 'applying') throw new Failure('CommitUnderWay', 'The update is committed already.');
      return;
    case 'extend':
    case 'comment':
      return;
  }
}

/** A signature is wanted while a Safe has to sign something whose form is known. */
function admitSignature({ proposal, registration, phase }: ChangeStatus): void {
  if (proposal === null) {
    throw new Failure('MessageOutOfPlace', 'Nothing has to be signed yet: the change is still being prepared.');
  }
  if (registration !== null || proposal.calls.length === 0) {
    throw new Failure('MessageOutOfPlace', `Nothing has to be signed any more: the change is ${phase}.`);
  }
  const safe = safeToSign(proposal);
  if (safe === null) throw new Failure('NotSignable', `No Safe has to sign: the registrar is ${proposal.registrar}.`);
  if (safe.transaction === null) {
    throw new Failure(
      'NotSignable',
      `The form of the transaction is not known: the Safe ${safe.address} is of version ${safe.version}, with ${proposal.calls.length} calls.`,
    );
  }
}

/**
 * Refuses a token for something else than what the change is about: its owners have signed for one compose hash.
 *
 * @throws Failure MessageOutOfPlace
 */
export function admitRenewal({ composeHash }: Message<'renew'>, { composeHash: own }: ChangeStatus): void {
  if (composeHash === own) return;
  throw new Failure('MessageOutOfPlace', `This change is about ${own}, and the token is for ${composeHash}.`, {
    remedy: 'Prepare the same update again, or cancel this change before the other one is taken up.',
  });
}

/**
 * Refuses a deadline that is not later than the present one, or more than a year away.
 *
 * @param now milliseconds since the epoch
 * @throws Failure InvalidMessage
 */
export function admitDeadline(deadline: string, status: ChangeStatus, now: number): void {
  if (Date.parse(deadline) <= Date.parse(status.deadline)) {
    throw new Failure('InvalidMessage', `deadline: must be later than the present one, ${status.deadline}`);
  }
  if (Date.parse(deadline) > now + longestPatience) {
    throw new Failure('InvalidMessage', 'deadline: must not be more than a year away');
  }
}
