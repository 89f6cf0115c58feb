import { commitTokenLifetime } from '../model/commitToken.js';
import type { Target } from '../model/descriptions.js';
import { holdsOn } from '../model/hashCheck.js';
import type { Applied, Preparation, RequestAnswer } from '../model/phalaActivities.js';
import type { Registration } from '../model/registration.js';
import type { Change } from './change.js';
import { commitRegistered } from './commit.js';
import type { Hints } from './hints.js';
import { register, verify } from './register.js';
import { settled } from './settled.js';
import { StepFailure } from './stepFailure.js';
import type { FollowStep, Looks, Steps } from './steps.js';

/** Milliseconds between commits that the API refused because its own node does not see the registration. */
const patience = (refusals: number): number => Math.min(5_000 * 2 ** refusals, 300_000);

/** Preparations after which somebody should look why they do not hold. */
const mostPreparations = 10;

/** What was set going where only the target itself shows it. */
const unseen: Applied = { correlationId: null, created: null };

/**
 * The course of every change that ends in a commit: describe, prepare, await the registration, verify it, commit,
 * follow. What was prepared may become void while people sign; then it is prepared again, and where the same hash comes
 * out the registration stands and nobody is asked twice.
 *
 * @returns one sentence: how it came to its end
 * @throws Withdrawal; StepFailure
 */
export async function twoPhases<T extends Target>(change: Change, hints: Hints, steps: Steps<T>): Promise<string> {
  const { status } = change;
  /** Of the first look: whatever the change itself starts is newer, in every later pass. */
  let first: T | undefined;
  let commitSent = false;
  let refusals = 0;

  for (;;) {
    change.enter('preparing');
    const target = await change.attempt(() => steps.describe());
    first ??= target;
    const looks = { target, first };
    const baseChanged = await checkBase(change, target);
    if (status.preparations > 0 && steps.runsAlready(target)) {
      return follow(change, steps, { ...looks, applied: unseen, composeHash: status.composeHash });
    }

    const answer = await request(change, steps, looks);
    if (answer.outcome === 'noChange') {
      change.checkWithdrawal();
      return 'Nothing to do: the CVM has this configuration already.';
    }
    if (answer.outcome === 'accepted') return follow(change, steps, { ...looks, applied: answer, composeHash: null });
    await notePreparation(change, answer, { baseChanged });

    for (let registration = await registered(change, hints, steps, answer); ; ) {
      if (status.paused) {
        await untilResumed(change);
        registration = registration && (await verify(change, hints, steps));
      }
      if (tokenHasExpired(change)) {
        change.record(
          change.tokens
            ? 'The commit token has expired.'
            : 'The commit token has expired; the change is prepared again.',
        );
        break;
      }
      const commit = { ...looks, preparation: answer, registration, base: status.baseComposeHash };
      const committed = await commitRegistered(change, steps, { ...commit, mayHaveBeenSent: commitSent });
      commitSent = true;
      if (committed === 'prepareAgain') break;
      if (committed !== 'verifyAgain') {
        return follow(change, steps, { ...looks, applied: committed, composeHash: answer.composeHash });
      }
      change.enter('verifying', 'the API to see the registration, too');
      await change.sleep(patience(refusals++), 'until the registration is verified again');
      registration = registration && (await verify(change, hints, steps));
    }
    if (status.preparations >= mostPreparations) await change.block(tooManyPreparations());
  }
}

/** Prepares where there is something to register; else applies, knowingly, once. */
async function request<T extends Target>(change: Change, steps: Steps<T>, looks: Looks<T>): Promise<RequestAnswer> {
  const direct = steps.isDirect(looks.target);
  change.status.route = direct ? 'direct' : 'onChain';
  let mayHaveBeenSent = false;
  const send = () => {
    const step = { ...looks, prepareOnly: !direct, mayHaveBeenSent };
    mayHaveBeenSent = true;
    return steps.request(step);
  };
  if (!direct) return asked(change, send);
  if (change.status.paused) await untilResumed(change);
  return settled<RequestAnswer>(
    change,
    () => asked(change, send),
    async () => {
      const applied = await steps.look({ ...looks, composeHash: null, base: looks.target.composeHash });
      return applied && { outcome: 'accepted', ...applied };
    },
  );
}

/**
 * Asks until there is an answer. A refusal that belongs to a commit ("expired", "not registered") is out of place here;
 * it fails a change like any wrong request, and blocks it once people have signed.
 */
async function asked(change: Change, send: () => Promise<RequestAnswer>): Promise<RequestAnswer> {
  for (;;) {
    try {
      return await change.attempt(send);
    } catch (error) {
      if (!(error instanceof StepFailure) || change.status.registration === null) throw error;
      if (error.decide({ registered: true }) === 'fail') throw error;
      await change.block(error);
    }
  }
}

/** Null where no chain governs the app: then nobody has to be asked. */
async function registered<T extends Target>(
  change: Change,
  hints: Hints,
  steps: Steps<T>,
  { expectation }: Preparation,
): Promise<Registration | null> {
  if (expectation === null) {
    change.status.route = 'direct';
    return null;
  }
  return register(change, hints, steps, expectation);
}

/**
 * Notes what the target is, and asks a person where it is not what it was when the change was prepared.
 *
 * @returns whether it is something else
 */
async function checkBase(change: Change, target: Target): Promise<boolean> {
  const { status } = change;
  const { baseComposeHash: base, composeHash } = status;
  const changed = status.preparations > 0 && target.composeHash !== base && target.composeHash !== composeHash;
  Object.assign(status, {
    cvmName: target.name,
    appId: target.appId ?? status.appId,
    baseComposeHash: target.composeHash,
  });
  change.notifies = target.notifies;
  if (!changed) return false;
  const message = `The CVM runs ${target.composeHash}; when the change was prepared it ran ${base}.`;
  if (status.policy.onBaseChanged === 'hold') await change.block(StepFailure.of('BaseChanged', message));
  else change.record(message);
  return true;
}

async function notePreparation(
  change: Change,
  preparation: Preparation,
  { baseChanged }: { readonly baseChanged: boolean },
): Promise<void> {
  const { status } = change;
  const { composeHash, hashCheck, recomputedHash, changes } = preparation;
  const before = status.composeHash;
  const now = Date.now();
  status.route = 'onChain';
  status.composeHash = composeHash;
  status.hashCheck = hashCheck;
  status.recomputedHash = recomputedHash;
  status.changes = changes;
  status.preparations++;
  status.preparedAt = new Date(now).toISOString();
  // One that was given has brought its own end with it.
  if (change.tokens === null) {
    status.tokenExpiresAt = preparation.commitToken && new Date(now + commitTokenLifetime).toISOString();
  }
  if (before !== null && before !== composeHash) {
    const why = baseChanged
      ? 'the CVM runs something else than before'
      : 'the API makes another document of the request';
    change.record(`The API now plans ${composeHash}, not ${before}, as ${why}. It has to be registered anew.`);
  } else {
    change.record(change.tokens ? `Taken up as prepared: ${composeHash}.` : `Prepared: ${composeHash}.`);
  }
  // Of the same hash a person was asked before.
  if (hashCheck === 'matched' || (status.preparations > 1 && before === composeHash)) return;
  const message =
    hashCheck === 'mismatched'
      ? `The API plans ${composeHash}; recomputed from the compose document it is ${recomputedHash}.`
      : `The API plans ${composeHash}, which cannot be recomputed: the whole document is not known here.`;
  if (!holdsOn(hashCheck, status.policy.onHashMismatch)) {
    change.record(message);
    return;
  }
  const failure = hashCheck === 'mismatched' ? 'ComposeHashMismatch' : 'ComposeHashNotChecked';
  await change.block(StepFailure.of(failure, message));
}

async function untilResumed(change: Change): Promise<void> {
  change.status.awaiting = 'a resume: the change is paused before its commit';
  change.tell('paused');
  await change.until(() => !change.status.paused);
  change.tell('resumed');
}

/** By the estimate: the API does not say when. Too early, the API says 466; too late costs nothing. */
const tokenHasExpired = ({ status: { tokenExpiresAt } }: Change): boolean =>
  tokenExpiresAt !== null && Date.now() >= Date.parse(tokenExpiresAt);

async function follow<T extends Target>(change: Change, steps: Steps<T>, step: FollowStep<T>): Promise<string> {
  const { status } = change;
  const { created, correlationId } = step.applied;
  const late = change.tookEffect();
  status.correlationId = correlationId;
  if (created) {
    Object.assign(status, { created, cvmId: status.cvmId ?? created.cvmId, appId: created.appId ?? status.appId });
    change.record(`Made: ${created.name} (${created.cvmId}).`);
  }
  change.enter('applying', `the CVM to run ${created ? 'for the first time' : 'the new configuration'}`);
  const followed = await change.attempt(() => steps.follow(step));
  status.correlationId = followed.correlationId;
  status.composeHash = followed.composeHash;
  const who = created ? `${created.name} (${created.cvmId})` : 'The CVM';
  const runs = `${who} runs ${followed.composeHash ?? 'the new configuration'}.`;
  return late ? `${runs} It was to be ${late.phase} too late.` : runs;
}

const tooManyPreparations = (): StepFailure =>
  StepFailure.of('TooManyPreparations', `The change was prepared ${mostPreparations} times, and none of them held.`);
