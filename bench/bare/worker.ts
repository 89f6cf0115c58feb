import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, Runtime } from '@temporalio/worker';
import { createChains } from '../../chain/chains.js';
import { createPhalaApi } from '../../phala/phalaApi.js';
import { readConfig } from '../../worker/config.js';
import type { Activities } from '../../worker/createActivities.js';
import { createWorkers } from '../../worker/createWorkers.js';
import { connectTemporal } from '../../worker/temporal.js';
import { createBareActivities } from './activities.js';

/** The worker of the bare workflow: by the same configuration, and with the same settings, as the engine's. */
async function main(): Promise<void> {
  const logger = new DefaultLogger('WARN');
  Runtime.install({ logger, telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } } });
  const config = readConfig(process.env);
  const bare = createBareActivities({ phala: createPhalaApi(config.phala), chains: createChains(config.rpcUrls) });
  const workflowsPath = fileURLToPath(new URL('workflow.js', import.meta.url));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const { connection, namespace } = await connectTemporal();
  const workers = await createWorkers({
    connection,
    namespace,
    taskQueue: config.taskQueue,
    workflowBundle,
    // The settings are what is shared: this workflow asks for none of the engine's activities.
    activities: { ...bare, local: {}, notifications: bare.chain } as unknown as Activities,
    phalaActivitiesPerSecond: config.phala.activitiesPerSecond,
  });
  const running = Promise.all(workers.map((worker) => worker.run()));
  process.stdout.write('{"msg":"ready"}\n');
  await running;
  await connection.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
