import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SimulatedCvm } from '../simulator/simulatedCvm.js';
import { localSealKeys } from '../worker/localSealKeys.js';
import { type GatewayProcess, startGatewayProcess } from './gatewayProcess.js';
import { type Governance, type LocalCloud, livelyChain, startLocalCloud } from './localCloud.js';
import { freePorts } from './process/freePorts.js';
import { existingTemporalServer } from './temporal/existingTemporalServer.js';
import { resolveTemporalCli } from './temporal/resolveTemporalCli.js';
import { startTemporalServer, type TemporalServer } from './temporal/startTemporalServer.js';
import { startWorkerProcess, type WorkerProcess } from './workerProcess.js';

export interface StackOptions {
  /** Holds database, logs and the worker's key ring. A stack needs one of its own. */
  readonly folder: string;
  readonly progress: (message: string) => void;
  /** Read for TEMPORAL_ADDRESS and for where a Temporal CLI may be found. */
  readonly env: NodeJS.ProcessEnv;
  /** Ports on 127.0.0.1; free ones by default. */
  readonly ports?: {
    readonly temporal?: number | undefined;
    readonly temporalUi?: number | undefined;
    readonly rpc?: number | undefined;
    readonly phala?: number | undefined;
    readonly gateway?: number | undefined;
  };
}

/** A Temporal server: one that was started here, or one that was there. */
type Temporal = Pick<TemporalServer, 'address' | 'namespace' | 'uiUrl'> & Partial<TemporalServer>;

/** A CVM of the stack, and who governs it. */
export interface StackCvm {
  readonly cvm: SimulatedCvm;
  readonly owner: string | null;
  readonly registrar: 'safe' | 'ownerKey' | null;
}

/** Everything that a change needs, on one machine. */
export interface Stack {
  readonly temporal: Temporal;
  readonly cloud: LocalCloud;
  readonly cvms: readonly StackCvm[];
  /** What the stack's own worker was started with. */
  readonly workerEnvironment: Readonly<Record<string, string>>;
  /** URL of the worker's Prometheus metrics. */
  readonly workerMetrics: string;
  /** Where webhooks are received. */
  readonly gateway: GatewayProcess;
  /** Resolves, with the reason, when a part without which nothing goes on has ended by itself. */
  readonly broken: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts the embedded stack: Temporal, a chain with a Safe, the Phala Cloud simulator with three CVMs, a worker, and a
 * gateway that the simulator's webhooks reach.
 * Whatever has been started is stopped again where a later part fails.
 */
export async function startStack({ folder, progress, env, ports = {} }: StackOptions): Promise<Stack> {
  await mkdir(folder, { recursive: true });
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    // The worker first: it finishes what it has begun while everything else still answers.
    for (const stopPart of stops.splice(0).reverse()) await stopPart();
  };
  try {
    const temporal = await startTemporal(folder, progress, env, ports);
    if (temporal.stop) stops.push(temporal.stop);

    progress('Starting the chain, the Safe and the Phala Cloud simulator …');
    const cloud = await startLocalCloud({
      chain: { ...livelyChain, ...(ports.rpc && { port: ports.rpc }) },
      ...(ports.phala && { phalaPort: ports.phala }),
    });
    stops.push(cloud.close);
    const cvms = await addCvms(cloud);

    progress('Starting the worker …');
    const sealKeys = await localSealKeys(join(folder, 'seal-keys'));
    const workerEnvironment = { ...environmentOf(temporal, cloud), COUNTERSIGN_SEAL_KEYS: sealKeys };
    const [metricsPort] = await freePorts(1);
    const metricsAddress = `127.0.0.1:${metricsPort}`;
    const worker = await keepWorker(
      {
        environment: { ...workerEnvironment, COUNTERSIGN_METRICS_ADDRESS: metricsAddress },

        logFile: join(folder, 'worker.log'),
      },
      progress,
    );
    stops.push(worker.stop);
    progress('Starting the gateway …');
    const gateway = await startGatewayProcess({
      temporal,
      simulator: cloud.simulator,
      logFile: join(folder, 'gateway.log'),
      port: ports.gateway,
    });
    stops.push(() => gateway.stop(workerGrace));

    const broken = Promise.race([
      cloud.anvil.exited.then(() => 'The chain has ended.'),
      ...(temporal.exited ? [temporal.exited.then(() => 'The Temporal server has ended.')] : []),
      worker.gaveUp,
    ]);
    const workerMetrics = `http://${metricsAddress}/metrics`;
    return { temporal, cloud, cvms, workerEnvironment, workerMetrics, gateway, broken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startTemporal(
  folder: string,
  progress: (message: string) => void,
  env: NodeJS.ProcessEnv,
  ports: NonNullable<StackOptions['ports']>,
): Promise<Temporal> {
  const existing = existingTemporalServer(env);
  if (existing) {
    progress(`Using the Temporal server at ${existing.address}.`);
    return existing;
  }
  const cli = await resolveTemporalCli({ progress, env });
  progress(`Starting Temporal (server ${cli.serverVersion}, from ${cli.source}) …`);
  const dbFilename = join(folder, 'temporal.db');
  // The chain and the CVMs are new each time: changes of an earlier stack would belong to nothing.
  await Promise.all(['', '-wal', '-shm'].map((suffix) => rm(`${dbFilename}${suffix}`, { force: true })));
  return startTemporalServer({
    cli,
    dbFilename,
    namespace: 'default',
    progress,
    logFile: join(folder, 'temporal.log'),
    ...(ports.temporal && { port: ports.temporal }),
    ...(ports.temporalUi && { uiPort: ports.temporalUi }),
  });
}

async function addCvms(cloud: LocalCloud): Promise<readonly StackCvm[]> {
  const add = async (governance: Exclude<Governance, 'external'>, name: string): Promise<StackCvm> => ({
    cvm: await cloud.addCvm(governance, name),
    owner: { safe: cloud.safe.address, ownerKey: cloud.ownerKey.address, none: null }[governance],
    registrar: governance === 'none' ? null : governance,
  });
  return [await add('safe', 'safe-app'), await add('ownerKey', 'key-app'), await add('none', 'plain-app')];
}

const environmentOf = ({ address, namespace }: Temporal, { anvil, simulator, ownerKey }: LocalCloud) => ({
  TEMPORAL_ADDRESS: address,
  TEMPORAL_NAMESPACE: namespace,
  PHALA_CLOUD_API_PREFIX: simulator.url,
  PHALA_CLOUD_API_KEY: simulator.apiKey,
  [`COUNTERSIGN_RPC_URL_${anvil.chainId}`]: anvil.rpcUrl,
  COUNTERSIGN_OWNER_KEY: ownerKey.privateKey,
});

/** Milliseconds that a stopping worker or gateway gets to finish. */
const workerGrace = 15_000;
/** A worker that ends so soon after its start ends again. */
const hopeless = 5_000;

/** Starts a worker, and starts it again whenever it dies: a change survives that, and so does the stack. */
async function keepWorker(
  options: Parameters<typeof startWorkerProcess>[0],
  progress: (message: string) => void,
): Promise<{ readonly gaveUp: Promise<string>; stop(): Promise<void> }> {
  let current: WorkerProcess = await startWorkerProcess(options);
  let stopping = false;
  const watch = async (): Promise<string> => {
    for (let startedAt = Date.now(); ; startedAt = Date.now()) {
      const { code, signal } = await current.exited;
      if (stopping) return 'The stack is being stopped.';
      if (Date.now() - startedAt < hopeless) return `The worker ended (${code ?? signal}) right after its start.`;
      progress(`The worker ended (${code ?? signal}); starting it again …`);
      current = await startWorkerProcess(options);
    }
  };
  const gaveUp = watch().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  return {
    gaveUp,
    async stop() {
      stopping = true;
      await current.stop(workerGrace);
    },
  };
}
