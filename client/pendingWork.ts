import type { WorkflowHandle } from '@temporalio/client';

/** An activity that is under way, or waits to be tried again. */
export interface PendingWork {
  /** Its name: `commitUpdate`, `findRegistration` … */
  readonly activity: string;
  readonly attempt: number;
  /** Why the attempt before failed; null at the first. */
  readonly lastFailure: { readonly type: string; readonly message: string } | null;
  /** When it is tried next, ISO 8601 in UTC; null while it runs. */
  readonly nextAttemptAt: string | null;
}

/** Reads from the server what a workflow is trying: retries leave no trace in its history. */
export async function pendingWork(handle: Pick<WorkflowHandle, 'describe'>): Promise<readonly PendingWork[]> {
  const { raw } = await handle.describe();
  return (raw.pendingActivities ?? []).map(({ activityType, attempt, lastFailure, nextAttemptScheduleTime: next }) => ({
    activity: activityType?.name ?? 'unknown',
    attempt: attempt ?? 1,
    lastFailure: lastFailure
      ? { type: lastFailure.applicationFailureInfo?.type ?? 'Timeout', message: lastFailure.message ?? '' }
      : null,
    nextAttemptAt: next?.seconds ? new Date(Number(next.seconds) * 1000).toISOString() : null,
  }));
}
