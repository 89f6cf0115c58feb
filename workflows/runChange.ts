import { allHandlersFinished, CancellationScope, condition, workflowInfo } from '@temporalio/workflow';
import type { EndPhase } from '../model/phases.js';
import type { ChangeResult, ChangeStatus } from '../model/status.js';
import { Change } from './change.js';
import { watchDeadline } from './deadline.js';
import type { GivenTokens } from './givenTokens.js';
import { setHandlers } from './handlers.js';
import { Hints } from './hints.js';
import { Notifications } from './notifications.js';
import { Signatures } from './signatures.js';
import { StepFailure } from './stepFailure.js';
import { Withdrawal } from './withdrawal.js';

/**
 * Runs a change from its handlers to its end. Everything up to the first await happens in the first workflow task, so
 * that no message finds the change without a handler.
 *
 * @param tokens where the change was given its commit token, and may be given another
 * @throws ApplicationFailure named after what failed the change
 */
export async function runChange(
  status: ChangeStatus,
  course: Course,
  tokens: GivenTokens | null = null,
): Promise<ChangeResult> {
  const change: Change = new Change(status, (news) => notifications.tell(news), tokens);
  const notifications = new Notifications(change);
  const hints = new Hints(change);
  const signatures = new Signatures(change);
  setHandlers(change, hints, signatures);

  CancellationScope.current().cancelRequested.catch(() => {
    const taken = change.withdraw('cancelled', 'Cancelled through Temporal.');
    if (!taken) change.record('A cancellation through Temporal came too late.');
  });
  // A cancellation of the workflow is a message like `cancel`; it must not tear a commit apart.
  return CancellationScope.nonCancellable(async () => {
    void watchDeadline(change);
    const [phase, summary, failure] = await outcome(change, hints, course);
    change.end(phase, summary);
    hints.reset();
    signatures.close();
    await condition(allHandlersFinished);
    await notifications.handOver();
    if (failure) throw failure.toApplicationFailure();
    return resultOf(status, phase, summary);
  });
}

/** Goes through a change, and tells in one sentence how it came to its end. Throws Withdrawal or StepFailure. */
export type Course = (change: Change, hints: Hints) => Promise<string>;

type Outcome = readonly [phase: EndPhase, summary: string, failure?: StepFailure];

async function outcome(change: Change, hints: Hints, course: Course): Promise<Outcome> {
  try {
    return ['completed', await course(change, hints)];
  } catch (error) {
    if (error instanceof Withdrawal) return [error.phase, error.message];
    if (error instanceof StepFailure) return ['failed', error.message, error];
    // A bug: the workflow task fails, and is tried again when a fixed worker has come.
    throw error;
  }
}

const resultOf = (status: ChangeStatus, phase: EndPhase, summary: string): ChangeResult => ({
  change: workflowInfo().workflowId,
  runId: workflowInfo().runId,
  kind: status.kind,
  phase: phase as ChangeResult['phase'], // A failed change has thrown before this.
  cvmId: status.cvmId,
  appId: status.appId,
  created: status.created,
  composeHash: status.composeHash,
  transactionHash: status.registration?.transactionHash ?? null,
  correlationId: status.correlationId,
  summary,
});
