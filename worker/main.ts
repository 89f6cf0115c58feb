import { Runtime, type Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import type { KeySource } from '../chain/sending/signer.js';
import { ConfigurationError } from '../model/environment.js';
import { loadWorkflowBundle } from './bundle/load.js';
import { readConfig, sealKeysSchema, type WorkerConfig } from './config.js';
import { createActivities } from './createActivities.js';
import { createWorkers } from './createWorkers.js';
import { type Health, serveHealth } from './health.js';
import { readKeyFile } from './keyFile.js';
import { localSealKeys, localSealKeysFile } from './localSealKeys.js';
import { createLog, temporalLogger } from './logging.js';
import { createSenders } from './senders.js';
import { registerByHand, registerSearchAttributes } from './searchAttributes.js';
import { keepWatchers } from './keepWatchers.js';
import { connectTemporal } from './temporal.js';

/**
 * Boots the workers of one process. Exits with 0 after a graceful stop (SIGINT, SIGTERM), with 1 where a worker failed,
 * and with 2 where the configuration does not do.
 */
async function main(): Promise<void> {
  const { ownerKeyFile, ...read } = readConfig(process.env);
  const keyFile = ownerKeyFile === null ? null : await readKeyFile(ownerKeyFile, 'COUNTERSIGN_OWNER_KEY_FILE');
  const ownerKey = keyFile?.key ?? read.ownerKey;
  const config = { ...read, ownerKey };
  const secrets = [
    config.phala.apiKey,
    ...secretsOf(ownerKey),
    ...secretsOf(read.relayerKey),
    read.safeServices.apiKey,
    read.safeServices.proposerKey,
    config.notifications?.secret,
    config.notifications?.url,
  ];
  const log = createLog({ level: config.logLevel, secrets: secrets.filter((secret) => typeof secret === 'string') });
  if (keyFile?.open) log.warn({ file: ownerKeyFile }, 'anyone on this machine may read the file of the owner key');
  installRuntime(config, log);

  const { connection, namespace, address } = await connectTemporal();
  try {
    await prepareNamespace(connection, namespace, log);
    const sealKeys = config.sealKeys ?? sealKeysSchema.parse(await localSealKeys(localSealKeysFile));
    const { taskQueue } = config;
    const senders = createSenders({ connection, namespace, taskQueue });
    const workers = await createWorkers({
      connection,
      namespace,
      taskQueue,
      workflowBundle: await loadWorkflowBundle(),
      activities: createActivities(config, { sealKeys, senders }),
      phalaActivitiesPerSecond: config.phala.activitiesPerSecond,
    });
    const health = await serveHealth(config.healthAddress, healthOf(workers));
    try {
      const running = runAll(workers);
      await whenPolling(workers);
      const chains = [...config.rpcUrls.keys()];
      const { watchInterval } = config;
      const watchers = keepWatchers({
        connection,
        namespace,
        taskQueue,
        chains: watchInterval === null ? [] : chains,
        log,
      });
      log.info({ temporal: address, namespace, taskQueue, chains, health: health.url }, 'ready');
      await running.finally(watchers.stop);
      log.info('stopped');
    } finally {
      await health.close();
    }
  } finally {
    await connection.close();
  }
}

/** A private key, or the URL of a signer, which may hold credentials. */
function secretsOf(key: KeySource | null): string[] {
  if (key === null) return [];
  return ['privateKey' in key ? key.privateKey : key.signerUrl];
}

function installRuntime(
  { logLevel, metricsAddress }: Pick<WorkerConfig, 'logLevel' | 'metricsAddress'>,
  log: Logger,
): void {
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
