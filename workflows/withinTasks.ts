import type { WorkflowInternalsInterceptor } from '@temporalio/workflow';
import { askedTooEarly } from '../model/askedTooEarly.js';

type Activate = NonNullable<WorkflowInternalsInterceptor['activate']>;
type Activation = Parameters<Activate>[0]['activation'];

/** As far as a worker has come with a workflow. */
interface Progress {
  /** Events. */
  readonly length: number;
  /** What the start of a task sets: its time, and the bytes of the history until then. */
  readonly task: string;
}

/**
 * Has a workflow take up what happened in its tasks only.
 *
 * The server shows a worker that it asks a question all events there are, those after the last task among them, and the SDK
 * has the workflow take them up. The commands that come of it go out with the next task, before what else that one brings;
 * a replay takes all of it up together, and comes to another order: TMPRL1100, and a workflow that is stuck. So the
 * question fails, and the worker forgets the workflow. Whoever asks again is answered after that task.
 */
export function withinTasks(): WorkflowInternalsInterceptor {
  let known: Progress | null = null;
  return {
    activate(input, next) {
      const now = progressOf(input.activation);
      if (known && now && now.length > known.length && now.task === known.task) throw new Error(askedTooEarly);
      known = now ?? known;
      next(input);
    },
  };
}

/** Null where that cannot be told: of questions, and of servers that do not count bytes. */
function progressOf({ jobs, timestamp, historyLength, historySizeBytes }: Activation): Progress | null {
  const bytes = String(historySizeBytes ?? 0);
  if (jobs?.some(({ queryWorkflow }) => queryWorkflow) || bytes === '0') return null;
  return { length: historyLength ?? 0, task: `${timestamp?.seconds}.${timestamp?.nanos} ${bytes}` };
}
