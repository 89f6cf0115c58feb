import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { type Countersign, connect } from '../../client/index.js';
import { startRpcProxy } from '../../stack/localChain/rpcProxy.js';
import { type LocalCloud, startLocalCloud } from '../../stack/localCloud.js';
import { resolveTemporalCli } from '../../stack/temporal/resolveTemporalCli.js';
import { startTemporalServer, type TemporalServer } from '../../stack/temporal/startTemporalServer.js';
import { startWorkerProcess, type WorkerProcess } from '../../stack/workerProcess.js';
import type { Sides } from './side.js';
import { bareSide, engineSide } from './sides.js';
import { addSubject, type Subject } from './subject.js';

/** Seconds between looks of the engine's watcher at the newest block: its default. */
export const watchSeconds = 1;

export interface WorldOptions {
  readonly say: (line: string) => void;
  /** Whether the Temporal server has the settings with which the stack starts it, or those that it comes with. */
  readonly tuned: boolean;
  /** CVMs whose updates are measured: as many as updates at a time. */
  readonly subjects: number;
  /** Whether the workers reach the chain through something that counts their calls. */
  readonly counted?: boolean;
}

/** Both sides on one Temporal server, one chain and one cloud, each in a worker process of its own. */
export interface BenchWorld {
  readonly temporal: TemporalServer;
  /** The database of the Temporal server. */
  readonly dbFilename: string;
  readonly cloud: LocalCloud;
  readonly countersign: Countersign;
  readonly client: Client;
  readonly sides: Sides;
  readonly subjects: readonly Subject[];
  readonly engine: EngineWorker;
  /** Calls of the workers to the chain so far; 0 where they are not counted. */
  rpcCalls(): number;
  /** What every worker of it is started with. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** The engine's worker process, which can be killed and started again. */
export interface EngineWorker {
  readonly current: WorkerProcess;
  /** Kills it without a word. */
  kill(): Promise<void>;
  /** Comes back when it polls. */
  startAgain(): Promise<void>;
}

/** Starts a world. Whatever has been started is stopped again where a later part fails. */
export async function startBenchWorld(options: WorldOptions): Promise<BenchWorld> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const stopPart of stops.splice(0).reverse()) await stopPart();
  };
  try {
    return { ...(await startParts(options, (part) => void stops.push(part))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  { say, tuned, subjects, counted = false }: WorldOptions,
  onStop: (part: () => Promise<unknown>) => void,
): Promise<Omit<BenchWorld, 'stop'>> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  onStop(() => rm(folder, { recursive: true, force: true }));
  const dbFilename = join(folder, 'temporal.db');
  const cli = await resolveTemporalCli({ progress: say, env: process.env });
  const temporal = await startTemporalServer({
    cli,
    dbFilename,
    namespace: 'default',
    headless: true,
    tuned,
    progress: say,
  });
  onStop(() => temporal.stop());
  // Nothing in the cloud takes time: what is measured is what stands between the calls.
  const cloud = await startLocalCloud({ chain: { blockTimeSeconds: 1, mixedMining: true }, operationSeconds: 0 });
  onStop(() => cloud.close());

  const { anvil, simulator } = cloud;
  const counter = counted ? await startRpcProxy(anvil.rpcUrl) : null;
  if (counter) onStop(() => counter.stop());
  const environment = {
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    PHALA_CLOUD_API_PREFIX: simulator.url,
    PHALA_CLOUD_API_KEY: simulator.apiKey,
    COUNTERSIGN_PHALA_RATE: '1000',
    [`COUNTERSIGN_RPC_URL_${anvil.chainId}`]: counter?.url ?? anvil.rpcUrl,
    COUNTERSIGN_SEAL_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    COUNTERSIGN_WATCH_INTERVAL: String(watchSeconds),
  };
  const engine = await startEngine(environment, join(folder, 'engine.log'));
  onStop(() => engine.current.stop(5_000));
  const bare = await startWorkerProcess({
    environment: { ...environment, COUNTERSIGN_TASK_QUEUE: 'bare' },
    logFile: join(folder, 'bare.log'),
    program: 'dist/bench/bare/worker.js',
    name: 'bare worker',
  });
  onStop(() => bare.stop(5_000));

  const countersign = await connect({ environment });
  onStop(() => countersign.close());
  const connection = await Connection.connect({ address: temporal.address });
  onStop(() => connection.close());
  const client = new Client({ connection, namespace: temporal.namespace });
  const sides = { ours: engineSide(countersign), baseline: bareSide(client, 'bare') };
  return {
    ...{
      temporal,
      dbFilename,
      cloud,
      countersign,
      client,
      sides,
      engine,
      environment,
    },
    subjects: await addSubjects(cloud, subjects),
    rpcCalls: () => counter?.calls() ?? 0,
  };
}

async function startEngine(environment: Readonly<Record<string, string>>, logFile: string): Promise<EngineWorker> {
  const start = () => startWorkerProcess({ environment, logFile });
  let current = await start();
  return {
    get current() {
      return current;
    },
    kill: () => current.stop(0),
    async startAgain() {
      current = await start();
    },
  };
}

/** The accounts that nothing else of the cloud sends from. */
const firstOwner = 6;

/** One after the other for each owner: an account that sends twice at once gets the same nonce twice. */
async function addSubjects(cloud: LocalCloud, count: number): Promise<readonly Subject[]> {
  const owners = cloud.anvil.accounts.slice(firstOwner);
  const lanes = await Promise.all(
    owners.map(async (owner, lane) => {
      const added: Subject[] = [];
      for (let index = lane; index < count; index += owners.length) added.push(await addSubject(cloud, owner));
      return added;
    }),
  );
  return lanes.flat();
}
