import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import type { Session } from './countersign.js';
import { EngineFailureError } from './errors.js';
import { namedFailure, translate } from './translate.js';

/** Seconds that a worker, and what it asks, are given to answer. */
const patience = 30;

interface Question {
  readonly workflowType: string;
  readonly args: readonly unknown[];
  /** What the workflow id begins with. */
  readonly id: string;
  /** What the Web UI shows. */
  readonly summary: string;
}

/**
 * Runs a workflow that only looks something up, so that the caller needs no API key.
 *
 * @throws EngineFailureError; NoWorkerError; TemporalUnreachableError
 */
export async function askWorker<Answer>(
  { client, taskQueue, address }: Session,
  { workflowType, args, id, summary }: Question,
): Promise<Answer> {
  const workflowId = `${id}-${randomUUID()}`;
  try {
    return await client.withDeadline(Date.now() + patience * 1000, () =>
      client.workflow.execute<(...args: unknown[]) => Promise<Answer>>(workflowType, {
        workflowId,
        taskQueue,
        args: [...args],
        workflowExecutionTimeout: '1 minute',
        staticSummary: summary,
      }),
    );
  } catch (error) {
    const named = error instanceof WorkflowFailedError ? namedFailure(error.cause) : null;
    if (named) throw new EngineFailureError(named.type, named.message, { ...named.details, effect: 'none' });
    throw translate(error, { address, change: workflowId, patience });
  }
}
