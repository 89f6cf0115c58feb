import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { taskQueues } from '../model/taskQueues.js';
import type { Activities } from './createActivities.js';

interface CreateWorkersOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** Task queue of the workflows; those of the activities are named after it. */
  readonly taskQueue: string;
  /** The workflow bundle: a file, or the code itself. */
  readonly workflowBundle: NonNullable<WorkerOptions['workflowBundle']>;
  readonly activities: Activities;
  /** Activities a second that call the Phala Cloud API, over all workers of the queue. The server keeps the rate. */
  readonly phalaActivitiesPerSecond: number;
  /** Workflows that stay in memory between their tasks. */
  readonly maxCachedWorkflows?: number;
}

/**
 * Those that something happens to now, and not those that wait: one that people keep for days is replayed when it goes on,
 * which takes milliseconds, and is most of a megabyte while it is kept (docs/benchmarks.md). The SDK's own default goes by
 * the memory of the machine.
 */
const mostCached = 250;

/** Longer than the longest call of an activity, so that a stopping worker finishes what it has begun. */
const shutdownGraceTime = '40 seconds';

/**
 * Of wall-clock time, which runs fast on a machine that is overloaded: a workflow to which thousands of messages came at
 * once takes seconds. Where it runs out in the middle of a promise, Node itself ends the process. The SDK takes this
 * option without declaring it; its default is five seconds.
 */
const longestActivation = { isolateExecutionTimeout: '30 seconds' };

/** Makes the four workers of a process, one for each task queue. They do not poll before they are run. */
export async function createWorkers(options: CreateWorkersOptions): Promise<readonly Worker[]> {
  const { connection, namespace, workflowBundle, activities, phalaActivitiesPerSecond } = options;
  const queues = taskQueues(options.taskQueue);
  const common: Pick<WorkerOptions, 'connection' | 'namespace' | 'shutdownGraceTime' | 'shutdownForceTime'> = {
    connection,
    namespace,
    shutdownGraceTime,
    shutdownForceTime: '50 seconds',
  };
  const scaled = { type: 'autoscaling' } as const;
  return Promise.all([
    Worker.create({
      ...common,
      taskQueue: queues.workflows,
      workflowBundle,
      activities: activities.local,
      enableNonLocalActivities: false,
      workflowTaskPollerBehavior: scaled,
      ...longestActivation,
      maxCachedWorkflows: options.maxCachedWorkflows ?? mostCached,
      // How long a task waits for the worker that has its workflow cached, before another one may take it: with it goes how
      // soon a change goes on whose worker has died. `client/askStatus.ts` has to be quicker.
      stickyQueueScheduleToStartTimeout: '4 seconds',
    }),
    Worker.create({
      ...common,
      taskQueue: queues.phala,
      activities: activities.phala,
      activityTaskPollerBehavior: scaled,
      maxTaskQueueActivitiesPerSecond: phalaActivitiesPerSecond,
    }),
    Worker.create({
      ...common,
      taskQueue: queues.chain,
      activities: activities.chain,
      activityTaskPollerBehavior: scaled,
    }),
    Worker.create({ ...common, taskQueue: queues.notifications, activities: activities.notifications }),
  ]);
}
