import {
  ActivityCancellationType,
  ActivityFailure,
  type ActivityOptions,
  isCancellation,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { SendingActivities } from '../../model/sending.js';
import { taskQueues } from '../../model/taskQueues.js';
import { stepFailureOf } from '../stepFailure.js';

const options: ActivityOptions = {
  taskQueue: taskQueues(workflowInfo().taskQueue).chain,
  heartbeatTimeout: '10 seconds',
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/**
 * One signature at a time: where one does not come about, the next order has its turn after this while. Nothing was
 * sent, so an answer that is too late is no loss.
 */
export const { signCall, signReplacement } = proxyActivities<SendingActivities>({
  ...options,
  scheduleToCloseTimeout: '5 minutes',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/** Their end is always awaited: what an order is withdrawn from may not be sent afterwards. */
export const { sendTransactions } = proxyActivities<SendingActivities>({
  ...options,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

/**
 * Whether an activity ended without a word of its own: called off, or out of time. A cancelled one whose worker has died
 * ends by a timeout, and one that had just failed for something that passes ends by that.
 */
export function isUnnamed(error: unknown): boolean {
  if (isCancellation(error)) return true;
  return error instanceof ActivityFailure && (stepFailureOf(error)?.passes ?? true);
}
