import { DefaultLogger, Runtime } from '@temporalio/worker';
import { ConfigurationError } from '../../model/environment.js';
import { loadWorkflowBundle } from '../../worker/bundle/load.js';
import { readConfig } from '../../worker/config.js';
import { createActivities } from '../../worker/createActivities.js';
import { createWorkers } from '../../worker/createWorkers.js';
import { createSenders } from '../../worker/senders.js';
import { registerSearchAttributes } from '../../worker/searchAttributes.js';
import { connectTemporal } from '../../worker/temporal.js';
import { isPlant, plants, plantVariable } from './plants.js';

/** A worker with a planted defect, for the test of the checker. All but the plant is what runs in production. */
async function main(): Promise<void> {
  const name = process.env[plantVariable];
  if (!isPlant(name))
    throw new ConfigurationError(`${plantVariable}: must be one of ${Object.keys(plants).join(', ')}`);
  const config = readConfig(process.env);
  if (config.sealKeys === null) throw new ConfigurationError('COUNTERSIGN_SEAL_KEYS: is required');
  const logging = { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } as const;
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging } });
  const { connection, namespace } = await connectTemporal();
  await registerSearchAttributes(connection, namespace);
  const senders = createSenders({ connection, namespace, taskQueue: config.taskQueue });
  const workers = await createWorkers({
    connection,
    namespace,
    taskQueue: config.taskQueue,
    workflowBundle: await loadWorkflowBundle(),
    activities: plants[name](createActivities(config, { sealKeys: config.sealKeys, senders }), config),
    phalaActivitiesPerSecond: config.phala.activitiesPerSecond,
  });
  const running = Promise.all(workers.map((worker) => worker.run()));
  process.stdout.write(`${JSON.stringify({ msg: 'ready', plant: name })}\n`);
  await running;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
