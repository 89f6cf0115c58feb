import { Context } from '@temporalio/activity';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { LocalActivities } from '../model/notification.js';

/**
 * Starts the workflow that delivers what an ended change has to tell. Its name says whose, and it is one however often
 * this is asked: a worker may die, and the server refuses the end of a change to which something has just happened. Then
 * the change ends again, when that workflow may have ended long since.
 */
export const createHandOver = (): LocalActivities['handOver'] => async (input) => {
  const { client, info } = Context.current();
  const { change, runId, notifications } = input;
  try {
    await client.workflow.start('tellAfterwards', {
      workflowId: `notifications-${runId}`,
      taskQueue: info.taskQueue,
      args: [notifications],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      staticSummary: `tells how ${change} has ended`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
};
