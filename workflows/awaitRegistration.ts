import {
  ActivityFailure,
  type ActivityOptions,
  CancellationScope,
  condition,
  isCancellation,
} from '@temporalio/workflow';
import { calledContract, type Proposal, type Registration } from '../model/registration.js';
import { describeVoid } from '../model/safe.js';
import { safeToSign } from '../model/signing.js';
import { chain } from './activities.js';
import { awaited } from './awaited.js';
import type { Change } from './change.js';
import type { Hints } from './hints.js';
import { sendWithOwnerKey } from './sendWithOwnerKey.js';
import { StepFailure, stepFailureOf } from './stepFailure.js';
import { isForSafe, throughSafe } from './throughSafe.js';
import { isForTimelock, lastLook, throughTimelock } from './throughTimelock.js';
import { unlessStale } from './unlessStale.js';

/**
 * Waits until what is expected stands on the allow-lists. Whatever comes first ends it: a hint that was checked, or the
 * registrar's own work and the poll behind it. Costs nothing while it waits.
 *
 * @returns null where the proposal leads nowhere any more, and a new one has to be made
 * @throws Withdrawal; StepFailure
 */
export async function awaitRegistration(
  change: Change,
  hints: Hints,
  proposal: Proposal,
): Promise<Registration | null> {
  hints.reset();
  change.enter('awaitingRegistration', awaited(proposal));
  void hints.takeEarly();
  const search = () => searchUntilAccepted(change, hints, proposal);
  const registration = await change
    .attempt(search, { unblockedBy: () => hints.accepted !== null })
    .catch((error: unknown) => {
      if (!(error instanceof StepFailure) || error.type !== 'OwnerChanged') throw error;
      if (hints.accepted === null) proposeAnew(change, error.message);
      return hints.accepted;
    });
  change.status.registration = registration;
  hints.reset();
  return registration;
}

function proposeAnew(change: Change, why: string): void {
  const { proposal } = change.status;
  const safe = proposal && safeToSign(proposal);
  change.record(`${why}${safe ? describeVoid(safe) : ''} It is proposed anew.`);
  // Left and entered again, so that those who have to act now are told.
  change.enter('preparing', 'a new proposal for the present owner');
}

async function searchUntilAccepted(change: Change, hints: Hints, proposal: Proposal): Promise<Registration | null> {
  const search = new CancellationScope();
  const found = search.run(() => seek(change, proposal));
  try {
    return await Promise.race([accepted(hints), found]);
  } finally {
    search.cancel();
    // What it was looking for is here, or not wanted any more; a transaction on its way is seen to its end.
    await found.catch(() => {});
    const { proposal: now } = change.status;
    if (hints.accepted && now && isForTimelock(now)) await lastLook(change, now);
  }
}

async function accepted(hints: Hints): Promise<Registration> {
  await condition(() => hints.accepted !== null);
  return hints.accepted as Registration; // The condition above has just said so.
}

async function seek(change: Change, proposal: Proposal): Promise<Registration | null> {
  if (isForTimelock(proposal)) return throughTimelock(change, proposal);
  if (isForSafe(proposal)) return throughSafe(change, proposal);
  if (proposal.registrar !== 'ownerKey') return untilFound(change, proposal);
  for (;;) {
    await sendWithOwnerKey(change, proposal).catch((error: unknown) => whereRefused(change, proposal, error));
    try {
      return await find(change, proposal, { scheduleToCloseTimeout: untilItShows });
    } catch (error) {
      if (!hasTimedOut(error)) throw error;
      change.record(
        'What was mined does not show: a reorganisation may have dropped it. What is missing is sent anew.',
      );
    }
  }
}

/** Looks again at once where the watcher has told that the contract is another's now. */
async function untilFound(change: Change, proposal: Proposal): Promise<Registration> {
  for (;;) {
    const found = await unlessStale(change, () => find(change, proposal));
    if (found) return found;
  }
}

/**
 * Looks once when the contract has refused the owner key's transaction: where it is not the owner any more no operator can
 * put that right, and where somebody else has registered nothing is wrong.
 *
 * @throws ActivityFailure OwnerChanged; else the refusal
 */
async function whereRefused(change: Change, proposal: Proposal, refusal: unknown): Promise<void> {
  if (stepFailureOf(refusal)?.type !== 'OwnerKeyTransactionReverted') throw refusal;
  try {
    await find(change, proposal, { retry: { maximumAttempts: 1 } });
  } catch (error) {
    throw isCancellation(error) || stepFailureOf(error)?.type === 'OwnerChanged' ? error : refusal;
  }
}

function find(
  change: Change,
  { expectation, fromBlock, owner }: Proposal,
  options: ActivityOptions = {},
): Promise<Registration> {
  const { finality } = change.status.policy;
  const { address, chainId } = calledContract(expectation);
  const summary = `poll ${address} on chain ${chainId}`;
  return chain.findRegistration.executeWithOptions({ ...options, summary }, [
    { expectation, fromBlock, finality, owner },
  ]);
}

/** Within this time a transaction that was mined shows, unless it is gone. */
const untilItShows = '30 seconds';

const hasTimedOut = (error: unknown): boolean => error instanceof ActivityFailure && error.retryState === 'TIMEOUT';
