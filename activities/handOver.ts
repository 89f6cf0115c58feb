import { Context } from '@temporalio/activity';
import type { LocalActivities } from '../model/notification.js';

/**
 * Starts the workflow that delivers what an ended change has to tell. Its name says whose: started twice, because a
 * worker died in between, it is still one.
 */
export const createHandOver = (): LocalActivities['handOver'] => async (input) => {
  const { client, info } = Context.current();
  const { change, runId, notifications } = input;
  await client.workflow.start('tellAfterwards', {
    workflowId: `notifications-${runId}`,
    taskQueue: info.taskQueue,
    args: [notifications],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    staticSummary: `tells how ${change} has ended`,
  });
};
