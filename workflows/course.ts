import type { CvmDescription, OperationMark, Preparation, UpdateAnswer } from '../model/activities.js';
import { commitTokenLifetime } from '../model/commitToken.js';
import type { Change } from './change.js';
import { commitRegistered } from './commit.js';
import type { Hints } from './hints.js';
import { register, verify } from './register.js';
import { StepFailure } from './stepFailure.js';
import type { FollowStep, Steps } from './steps.js';

/** Milliseconds between commits that the API refused because its own node does not see the registration. */
const patience = (refusals: number): number => Math.min(5_000 * 2 ** refusals, 300_000);

/** Preparations after which somebody should look why they do not hold. */
const mostPreparations = 10;

/**
 * The course of every change: describe, prepare, await the registration, verify it, commit, follow. What was prepared
 * may become void while people sign; then it is prepared again, and where the same hash comes out the registration
 * stands and nobody is asked twice.
 *
 * @returns one sentence: how it came to its end
 * @throws Withdrawal; StepFailure
 */
export async function twoPhases(change: Change, hints: Hints, steps: Steps): Promise<string> {
  const { status } = change;
  /** Of the first look: whatever the change itself starts is newer, in every later pass. */
  let since: OperationMark | undefined;
  let commitSent = false;
  let refusals = 0;

  for (;;) {
    change.enter('preparing');
    const cvm = await change.attempt(() => steps.describe());
    since = since === undefined ? cvm.newestOperation : since;
    await checkBase(change, cvm);
    if (status.preparations > 0 && status.composeHash !== null && cvm.composeHash === status.composeHash) {
      return follow(change, steps, { correlationId: null, composeHash: status.composeHash, since });
    }

    const answer = await request(change, steps, cvm);
    if (answer.outcome === 'noChange') return 'Nothing to do: the CVM has this configuration already.';
    if (answer.outcome === 'accepted') {
      return follow(change, steps, { correlationId: answer.correlationId, composeHash: null, since });
    }
    await notePreparation(change, answer);

    for (let registration = await register(change, hints, steps, answer); ; ) {
      if (status.paused) {
        await untilResumed(change);
        registration = await verify(change, hints);
      }
      if (tokenHasExpired(change)) {
        change.record('The commit token has expired; the change is prepared again.');
        break;
      }
      const commit = { preparation: answer, registration, base: status.baseComposeHash, since };
      const committed = await commitRegistered(change, steps, { ...commit, mayHaveBeenSent: commitSent });
      commitSent = true;
      if (committed === 'prepareAgain') break;
      if (committed !== 'verifyAgain') {
        return follow(change, steps, { ...committed, composeHash: answer.composeHash, since });
      }
      change.enter('verifying', 'the API to see the registration, too');
      await change.sleep(patience(refusals++), 'until the registration is verified again');
      registration = await verify(change, hints);
    }
    if (status.preparations >= mostPreparations) await change.block(tooManyPreparations());
  }
}

/** Prepares where there is something to register; else applies, knowingly, once. */
async function request(change: Change, steps: Steps, cvm: CvmDescription): Promise<UpdateAnswer> {
  const direct = cvm.contract === null || !steps.touchesComposeHash;
  change.status.route = direct ? 'direct' : 'onChain';
  if (!direct) return change.attempt(() => steps.request(cvm, { prepareOnly: true }));
  if (change.status.paused) await untilResumed(change);
  change.enter('committing');
  return change.attempt(() => steps.request(cvm, { prepareOnly: false }));
}

/** Notes what the CVM is, and asks a person where it is not what it was when the change was prepared. */
async function checkBase(change: Change, cvm: CvmDescription): Promise<void> {
  const { status } = change;
  const { baseComposeHash: base, composeHash } = status;
  const changed = status.preparations > 0 && cvm.composeHash !== base && cvm.composeHash !== composeHash;
  Object.assign(status, { cvmName: cvm.name, appId: cvm.appId, baseComposeHash: cvm.composeHash });
  change.notifies = cvm.notifies;
  if (!changed) return;
  const message = `The CVM runs ${cvm.composeHash}; when the change was prepared it ran ${base}.`;
  if (status.policy.onBaseChanged === 'hold') await change.block(StepFailure.of('BaseChanged', message));
  else change.record(message);
}

async function notePreparation(change: Change, preparation: Preparation): Promise<void> {
  const { status } = change;
  const { composeHash, hashCheck, recomputedHash } = preparation;
  const before = status.composeHash;
  const now = Date.now();
  status.route = 'onChain';
  status.composeHash = composeHash;
  status.hashCheck = hashCheck;
  status.recomputedHash = recomputedHash;
  status.preparations++;
  status.preparedAt = new Date(now).toISOString();
  status.tokenExpiresAt = preparation.commitToken && new Date(now + commitTokenLifetime).toISOString();
  if (before !== null && before !== composeHash) {
    change.record(`The API now plans ${composeHash}, not ${before}: it has to be registered anew.`);
  } else {
    change.record(`Prepared: ${composeHash}.`);
  }
  if (hashCheck !== 'mismatched' || before === composeHash) return;
  const message = `The API plans ${composeHash}; recomputed from the compose document it is ${recomputedHash}.`;
  if (status.policy.onHashMismatch === 'hold') await change.block(StepFailure.of('ComposeHashMismatch', message));
  else change.record(message);
}

async function untilResumed(change: Change): Promise<void> {
  change.status.awaiting = 'a resume: the change is paused before its commit';
  await change.until(() => !change.status.paused);
}

/** By the estimate: the API does not say when. Too early, the API says 466; too late costs nothing. */
const tokenHasExpired = ({ status: { tokenExpiresAt } }: Change): boolean =>
  tokenExpiresAt !== null && Date.now() >= Date.parse(tokenExpiresAt);

async function follow(change: Change, steps: Steps, step: FollowStep): Promise<string> {
  change.status.correlationId = step.correlationId;
  change.enter('applying', 'the CVM to run the new configuration');
  const { correlationId, composeHash } = await change.attempt(() => steps.follow(step));
  change.status.correlationId = correlationId;
  change.status.composeHash = composeHash;
  return composeHash === null ? 'The CVM runs the new configuration.' : `The CVM runs ${composeHash}.`;
}

const tooManyPreparations = (): StepFailure =>
  StepFailure.of('TooManyPreparations', `The change was prepared ${mostPreparations} times, and none of them held.`);
