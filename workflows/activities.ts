import {
  ActivityCancellationType,
  type ActivityOptions,
  proxyActivities,
  proxyLocalActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { ChainActivities } from '../model/chainActivities.js';
import type { LocalActivities, NotificationActivities } from '../model/notification.js';
import type { PhalaActivities } from '../model/phalaActivities.js';
import { taskQueues } from '../model/taskQueues.js';

const queues = taskQueues(workflowInfo().taskQueue);

/**
 * Retried for as long as it takes: an outage of a day must not end a change of a month. What cannot be put right by
 * waiting is marked at its source, and never retried here. The heartbeat tells within seconds that a worker has died;
 * the start-to-close timeout bounds one attempt of a living one.
 */
const patient: ActivityOptions = {
  heartbeatTimeout: '10 seconds',
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
};

/** Reads: a withdrawn change need not wait for their end. */
const reading = { ...patient, cancellationType: ActivityCancellationType.TRY_CANCEL };
const {
  describeCvm,
  takePreparation,
  followOperation,
  describeReplication,
  describeProvision,
  describeApp,
  lookForUpdate,
  lookForReplica,
  lookForCvm,
  followCreation,
  readConfiguration,
  readSealingKey,
} = proxyActivities<PhalaActivities>({ ...reading, taskQueue: queues.phala });
const {
  openRegistration,
  findRegistration,
  followTimelock,
  followSafe,
  checkSignature,
  buildExecution,
  checkRegistration,
  confirmRegistration,
} = proxyActivities<ChainActivities>({ ...reading, taskQueue: queues.chain });

/** Calls that change something: their end is always awaited, so that the end which is told is the true one. */
const writing = { ...patient, cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED };
const { requestUpdate, commitUpdate, requestReplica, commitReplica, prepareProvision, commitProvision } =
  proxyActivities<PhalaActivities>({ ...writing, taskQueue: queues.phala });
const { followOrder, withdrawOrder } = proxyActivities<ChainActivities>({
  ...writing,
  taskQueue: queues.chain,
});

export const phala = {
  describeCvm,
  takePreparation,
  requestUpdate,
  commitUpdate,
  lookForUpdate,
  followOperation,
  describeReplication,
  requestReplica,
  commitReplica,
  lookForReplica,
  describeProvision,
  prepareProvision,
  commitProvision,
  lookForCvm,
  followCreation,
  describeApp,
  readConfiguration,
  readSealingKey,
};
export const chain = {
  openRegistration,
  findRegistration,
  followTimelock,
  followSafe,
  checkSignature,
  buildExecution,
  checkRegistration,
  confirmRegistration,
  followOrder,
  withdrawOrder,
};

/** Given up after a day: telling the world must not hold anything up. */
export const { notify } = proxyActivities<Pick<NotificationActivities, 'notify'>>({
  startToCloseTimeout: '15 seconds',
  scheduleToCloseTimeout: '1 day',
  taskQueue: queues.notifications,
  retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumInterval: '1 hour' },
});

/**
 * As long as the wait of which it tells, and never cancelled: that would cost more of the history than all else of it. It
 * sets the time of each next attempt itself, and looks first whether the change still waits.
 */
export const { remind } = proxyActivities<Pick<NotificationActivities, 'remind'>>({
  heartbeatTimeout: '10 seconds',
  startToCloseTimeout: '30 seconds',
  cancellationType: ActivityCancellationType.ABANDON,
  taskQueue: queues.notifications,
  retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumInterval: '1 hour' },
});

/** Asks the server, from inside of the workflow task: one event, where anything else would be five. */
export const { handOver } = proxyLocalActivities<LocalActivities>({
  startToCloseTimeout: '5 seconds',
  scheduleToCloseTimeout: '1 minute',
  retry: { initialInterval: '100 milliseconds', maximumInterval: '5 seconds' },
});
