import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import type { TimelockSight } from '../model/chainActivities.js';
import type { Proposal, Registration } from '../model/registration.js';
import { signedInQueue } from '../model/safeQueue.js';
import { withStepSignaturesOf } from '../model/signing.js';
import { describeOperation, isReadyAfter, nextStep, type TimelockProposal } from '../model/timelock.js';
import { chain } from './activities.js';
import { awaited } from './awaited.js';
import type { Change } from './change.js';
import { isRelayable, relay } from './relay.js';
import { unlessStale } from './unlessStale.js';

/** A proposal that a timelock has to carry out. */
export interface TimelockCase extends Proposal {
  readonly timelock: TimelockProposal;
}

export const isForTimelock = (proposal: Proposal): proposal is TimelockCase =>
  proposal.registrar === 'timelock' && proposal.timelock !== undefined;

/**
 * Waits until the operation of a timelock has brought about what is expected, and shows meanwhile where it stands. The
 * history grows with each step of the operation, not with the time.
 *
 * @returns null where the operation leads nowhere any more: then it has to be proposed anew
 */
export async function throughTimelock(change: Change, first: TimelockCase): Promise<Registration | null> {
  noteLateness(change, first.timelock);
  for (let proposal = first; ; ) {
    if (isRelayable(change)) await relay(change);
    const summary = `watch operation ${proposal.timelock.operation.id}`;
    const sight = await unlessStale(change, () => look(change, proposal, { summary }));
    // Signatures may have come in meanwhile: they are in the state.
    const known = present(change, proposal);
    proposal = { ...proposal, timelock: withStepSignaturesOf(known, sight?.timelock ?? proposal.timelock) };
    change.status.proposal = proposal;
    if (sight === null) continue;
    const { registration, timelock, outdated, news } = sight;
    if (registration) return registration;
    if (outdated) {
      const { state } = timelock.operation;
      if (state === 'cancelled' || state === 'executed') change.usedOperations++;
      change.record(`${outdated} It is proposed anew.`);
      // Left and entered again, so that those who have to act are told again.
      change.enter('preparing', 'a new proposal for the timelock');
      return null;
    }
    if (sight.queueNews) {
      const signed = signedInQueue(nextStep(known)?.safe ?? null, nextStep(proposal.timelock)?.safe ?? null);
      for (const line of [...sight.queueNews, ...signed]) change.record(line);
      change.enter('awaitingRegistration', awaited(proposal));
      change.publish();
      continue;
    }
    for (const line of news.length > 0 ? news : [`Now ${describeOperation(timelock)}.`]) change.record(line);
    noteLateness(change, timelock);
    change.enter('awaitingRegistration', awaited(proposal));
    change.tell('operationMoved');
    change.publish();
  }
}

const present = ({ status: { proposal } }: Change, { timelock }: TimelockCase): TimelockProposal =>
  proposal?.timelock?.operation.id === timelock.operation.id ? proposal.timelock : timelock;

/** Shows where the operation has come to, when somebody else has told of the registration. Holds nothing up. */
export async function lastLook(change: Change, proposal: TimelockCase): Promise<void> {
  try {
    const summary = `last look at operation ${proposal.timelock.operation.id}`;
    const { timelock } = await look(change, proposal, { summary, retry: { maximumAttempts: 1 } });
    change.status.proposal = { ...proposal, timelock: withStepSignaturesOf(present(change, proposal), timelock) };
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
  }
}

type LookOptions = Parameters<typeof chain.followTimelock.executeWithOptions>[0];

const look = (
  change: Change,
  { expectation, fromBlock, owner, timelock }: TimelockCase,
  options: LookOptions,
): Promise<TimelockSight> =>
  chain.followTimelock.executeWithOptions(options, [
    { expectation, fromBlock, finality: change.status.policy.finality, owner, timelock },
  ]);

/** An operation that is ready only when the change has expired would be waited for in vain. */
function noteLateness(change: Change, timelock: TimelockProposal): void {
  const { deadline } = change.status;
  if (!isReadyAfter(deadline, timelock, Date.now())) return;
  change.record(`The deadline ${deadline} passes before the timelock's operation is ready: extend it.`);
}
