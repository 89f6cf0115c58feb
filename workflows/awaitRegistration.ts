import { ActivityFailure, type ActivityOptions, CancellationScope, condition } from '@temporalio/workflow';
import { calledContract, type Proposal, type Registration } from '../model/registration.js';
import { chain } from './activities.js';
import { awaited } from './awaited.js';
import type { Change } from './change.js';
import type { Hints } from './hints.js';
import { sendWithOwnerKey } from './sendWithOwnerKey.js';
import { isForSafe, throughSafe } from './throughSafe.js';
import { isForTimelock, lastLook, throughTimelock } from './throughTimelock.js';

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
  const registration = await change.attempt(search, { unblockedBy: () => hints.accepted !== null });
  change.status.registration = registration;
  hints.reset();
  return registration;
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
  if (proposal.registrar !== 'ownerKey') return find(change, proposal);
  for (;;) {
    await sendWithOwnerKey(change, proposal);
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

function find(
  change: Change,
  { expectation, fromBlock }: Proposal,
  options: ActivityOptions = {},
): Promise<Registration> {
  const { finality } = change.status.policy;
  const { address, chainId } = calledContract(expectation);
  const summary = `poll ${address} on chain ${chainId}`;
  return chain.findRegistration.executeWithOptions({ ...options, summary }, [{ expectation, fromBlock, finality }]);
}

/** Within this time a transaction that was mined shows, unless it is gone. */
const untilItShows = '30 seconds';

const hasTimedOut = (error: unknown): boolean => error instanceof ActivityFailure && error.retryState === 'TIMEOUT';
