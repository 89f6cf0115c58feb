import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { Failure } from '../model/failure.js';
import type { FailureClass } from '../model/failures.js';

/** How often a running activity says that its worker lives; well below the heartbeat timeout of the workflows. */
const heartbeatInterval = 3_000;

/** What an activity of this project gets to know about its own execution. */
export interface Execution {
  /** The workflow id of the change that asks. */
  readonly change: string;
  /** Its run id. */
  readonly run: string;
  /** From 1. Above 1, an earlier attempt may have done anything, or nothing. */
  readonly attempt: number;
  /** The namespace of the change. */
  readonly namespace: string;
  /** What an earlier attempt remembered last; undefined where none did, or where its worker died before it was kept. */
  readonly remembered: unknown;
  /** Keeps something for the attempts to come. Small: it travels with each heartbeat. */
  remember(what: unknown): void;
  /** Aborts when the workflow cancels the activity, or the worker has to stop. */
  readonly signal: AbortSignal;
  /** Milliseconds since it was first asked for, over all attempts. */
  waited(): number;
  /** Waits; ends early, by throwing, when the activity is cancelled. */
  sleep(milliseconds: number): Promise<void>;
}

/**
 * Makes an activity of a function: heartbeats while it runs, and failures that carry their name, their class as retry
 * behaviour, and their details. An error that is not a `Failure` is a bug or something unforeseen: it is retried until
 * a fixed worker comes.
 */
export function activity<Input, Output>(
  run: (input: Input, execution: Execution) => Promise<Output>,
): (input: Input) => Promise<Output> {
  return async (input) => {
    const context = Context.current();
    let memory: unknown = context.info.heartbeatDetails;
    // With what is remembered each time: a heartbeat without it would wipe it out.
    const heartbeat = setInterval(() => context.heartbeat(memory), heartbeatInterval);
    try {
      return await run(input, {
        change: context.info.workflowExecution?.workflowId ?? '',
        run: context.info.workflowExecution?.runId ?? '',
        attempt: context.info.attempt,
        namespace: context.info.namespace,
        remembered: memory,
        remember(what) {
          memory = what;
          context.heartbeat(what);
        },
        signal: context.cancellationSignal,
        waited: () => Date.now() - context.info.scheduledTimestampMs,
        sleep: (milliseconds) => context.sleep(milliseconds),
      });
    } catch (error) {
      if (error instanceof Failure) throw applicationFailure(error);
      if (!context.cancellationSignal.aborted) throw error;
      if (context.cancellationDetails?.cancelRequested) throw new CancelledFailure('The activity was cancelled.');
      // Nobody asked for it: the worker stops. Reported as cancelled it would be taken up again only after its timeout.
      throw applicationFailure(new Failure('WorkerStopping', 'The worker stopped; another one takes it up.'));
    } finally {
      clearInterval(heartbeat);
    }
  };
}

const retried: readonly FailureClass[] = ['transient', 'pending'];
/** Not failures in any log or metric: something is awaited, or a person gave a wrong hash. */
const expected: readonly FailureClass[] = ['pending', 'refused'];

function applicationFailure(failure: Failure): ApplicationFailure {
  return ApplicationFailure.create({
    type: failure.type,
    message: failure.message,
    nonRetryable: !retried.includes(failure.class),
    details: [failure.details],
    ...(failure.retryAfter !== undefined && { nextRetryDelay: failure.retryAfter }),
    ...(expected.includes(failure.class) && { category: ApplicationFailureCategory.BENIGN }),
  });
}
