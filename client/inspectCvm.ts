import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import type { CvmDescription } from '../model/activities.js';
import type { Session } from './countersign.js';
import { EngineFailureError } from './errors.js';
import { namedFailure, translate } from './translate.js';

/** Seconds that a worker and the API are given to answer. */
const patience = 30;

/** Looks at a CVM through a worker, so that the caller needs no API key. */
export async function inspectCvm({ client, taskQueue, address }: Session, cvm: string): Promise<CvmDescription> {
  try {
    return await client.withDeadline(Date.now() + patience * 1000, () =>
      client.workflow.execute<(input: { cvm: string }) => Promise<CvmDescription>>('inspectCvm', {
        workflowId: `inspect-${randomUUID()}`,
        taskQueue,
        args: [{ cvm }],
        workflowExecutionTimeout: '1 minute',
        staticSummary: `Look at CVM ${cvm}`,
      }),
    );
  } catch (error) {
    const named = error instanceof WorkflowFailedError ? namedFailure(error.cause) : null;
    if (named) throw new EngineFailureError(named.type, named.message, { ...named.details, effect: 'none' });
    throw translate(error, { address, change: cvm, patience });
  }
}
