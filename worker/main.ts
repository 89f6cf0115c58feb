import { Runtime, type Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { loadWorkflowBundle } from './bundle/load.js';
import { ConfigurationError, readConfig, sealKeysSchema, type WorkerConfig } from './config.js';
import { createActivities } from './createActivities.js';
import { createWorkers } from './createWorkers.js';
import { type Health, serveHealth } from './health.js';
import { localSealKeys, localSealKeysFile } from './localSealKeys.js';
import { createLog, temporalLogger } from './logging.js';
import { registerByHand, registerSearchAttributes } from './searchAttributes.js';
import { keepWatchers } from './keepWatchers.js';
import { connectTemporal } from './temporal.js';

/**
 * Boots the workers of one process. Exits with 0 after a graceful stop (SIGINT, SIGTERM), with 1 where a worker failed,
 * and with 2 where the configuration does not do.
 */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const secrets = [config.phala.apiKey, config.ownerKey, config.notifications?.secret, config.notifications?.url];
  const log = createLog({ level: config.logLevel, secrets: secrets.filter((secret) => typeof secret === 'string') });
  installRuntime(config, log);

  const { connection, namespace, address } = await connectTemporal();
  try {
    await prepareNamespace(connection, namespace, log);
    const sealKeys = config.sealKeys ?? sealKeysSchema.parse(await localSealKeys(localSealKeysFile));
    const workers = await createWorkers({
      connection,
      namespace,
      taskQueue: config.taskQueue,
      workflowBundle: await loadWorkflowBundle(),
      activities: createActivities(config, sealKeys),
      phalaActivitiesPerSecond: config.phala.activitiesPerSecond,
    });
    const health = await serveHealth(config.healthAddress, healthOf(workers));
    try {
      const running = runAll(workers);
      await whenPolling(workers);
      const chains = [...config.rpcUrls.keys()];
      const { watchInterval, taskQueue } = config;
      const watchers = keepWatchers({
        connection,
        namespace,
        taskQueue,
        chains: watchInterval === null ? [] : chains,
        log,
      });
      log.info({ temporal: address, namespace, taskQueue: config.taskQueue, chains, health: health.url }, 'ready');
      await running.finally(watchers.stop);
      log.info('stopped');
    } finally {
      await health.close();
    }
  } finally {
    await connection.close();
  }
}

function installRuntime({ logLevel, metricsAddress }: WorkerConfig, log: Logger): void {
  Runtime.install({
    logger: temporalLogger(log),
    telemetryOptions: {
      logging: { filter: { core: logLevel === 'trace' ? 'DEBUG' : 'WARN', other: 'ERROR' }, forward: {} },
      ...(metricsAddress && {
        metrics: { prometheus: { bindAddress: `${metricsAddress.host}:${metricsAddress.port}` } },
      }),
    },
  });
}

/** Temporal Cloud lets nobody but its own tools register search attributes: then it is said what is missing. */
async function prepareNamespace(
  ...[connection, namespace, log]: [...Parameters<typeof registerSearchAttributes>, Logger]
): Promise<void> {
  try {
    const added = await registerSearchAttributes(connection, namespace);
    if (added.length > 0) log.info({ namespace, added }, 'registered search attributes');
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    log.warn({ err: error, byHand: registerByHand(namespace) }, 'could not register the search attributes');
  }
}

/** Runs until a signal stops them all; where one fails, the others are stopped. */
async function runAll(workers: readonly Worker[]): Promise<void> {
  const stopOthers = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const runs = workers.map((worker) => worker.run().finally(stopOthers));
  await Promise.allSettled(runs);
  await Promise.all(runs);
}

const isPolling = (worker: Worker): boolean => {
  const { runState, hasOutstandingActivityPoll, hasOutstandingWorkflowPoll } = worker.getStatus();
  return runState === 'RUNNING' && (hasOutstandingActivityPoll || hasOutstandingWorkflowPoll);
};

async function whenPolling(workers: readonly Worker[]): Promise<void> {
  while (!workers.every(isPolling)) {
    if (workers.some((worker) => worker.getState() === 'FAILED')) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const healthOf = (workers: readonly Worker[]): Health => ({
  isReady: () => workers.every((worker) => worker.getState() === 'RUNNING'),
  hasFailed: () => workers.some((worker) => worker.getState() === 'FAILED'),
});

main().catch((error: unknown) => {
  const configuration = error instanceof ConfigurationError;
  const text = configuration ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = configuration ? 2 : 1;
});
