import { hasEnded } from '../model/phases.js';
import type { ChangeStatus } from '../model/status.js';
import type { Session } from './countersign.js';

/**
 * The states of a change, from now to its end. The server holds a request back until there are new events; only where a
 * workflow task has ended with them the state is asked for, for nothing else changes it.
 */
export async function* watchStatus(
  { client, namespace }: Session,
  workflowId: string,
  runId: string | undefined,
  readStatus: () => Promise<ChangeStatus>,
): AsyncGenerator<ChangeStatus, void, void> {
  let seen = '';
  let nextPageToken: Uint8Array | null = null;
  let closed = false;
  // Pinned to the run that is there now: the next change of the CVM has the same name.
  let run = runId;
  for (;;) {
    const status = await readStatus();
    run ??= status.runId;
    const text = JSON.stringify(status);
    if (text !== seen) yield status;
    seen = text;
    // One that was terminated has closed in the midst of its course.
    if (hasEnded(status.phase) || closed) return;
    nextPageToken = await nextEvents();
    closed = nextPageToken === null;
  }

  /** Comes back when a workflow task has ended; null where the history will not grow any more. */
  async function nextEvents(): Promise<Uint8Array | null> {
    for (let token = nextPageToken; ; ) {
      const page: HistoryPage = await client.workflowService.getWorkflowExecutionHistory({
        namespace,
        execution: { workflowId, runId: run ?? null },
        waitNewEvent: true,
        ...(token && { nextPageToken: token }),
      });
      token = page.nextPageToken && page.nextPageToken.length > 0 ? page.nextPageToken : null;
      // Without a token the history is complete: the workflow has closed.
      if (token === null || page.history?.events?.some(endsTask)) return token;
    }
  }
}

interface HistoryPage {
  readonly nextPageToken?: Uint8Array | null;
  readonly history?: { readonly events?: readonly HistoryEvent[] | null } | null;
}

interface HistoryEvent {
  readonly workflowTaskCompletedEventAttributes?: unknown;
}

const endsTask = (event: HistoryEvent): boolean => Boolean(event.workflowTaskCompletedEventAttributes);
