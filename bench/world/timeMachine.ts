import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { type Countersign, connect } from '../../client/index.js';
import { searchAttributeTypes } from '../../model/searchAttributes.js';
import { type LocalCloud, startLocalCloud } from '../../stack/localCloud.js';
import { resolveTestServer } from '../../stack/temporal/resolveTestServer.js';
import { startWorkerProcess } from '../../stack/workerProcess.js';

/** Numbers of `temporal.api.enums.v1.IndexedValueType`. */
const wireTypes = { KEYWORD: 2, INT: 3, KEYWORD_LIST: 7 } as const;

/** The engine over a real chain and the simulator, on a Temporal server whose clock is moved. */
export interface TimeMachine {
  readonly cloud: LocalCloud;
  readonly countersign: Countersign;
  readonly client: Client;
  /** Lets time pass, in milliseconds of the server's clock. */
  pass(milliseconds: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts one. Its worker has no watcher: on a clock that is moved it would look a day's worth of times.
 *
 * @throws Error where there is no time-skipping server and none can be obtained
 */
export async function startTimeMachine(say: (line: string) => void): Promise<TimeMachine> {
  const logger = new DefaultLogger('ERROR');
  const quiet = { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } } as const;
  Runtime.install({ logger, telemetryOptions: quiet });
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const stopPart of stops.splice(0).reverse()) await stopPart();
  };
  try {
    return { ...(await startParts(say, (part) => void stops.push(part))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  say: (line: string) => void,
  onStop: (part: () => Promise<unknown>) => void,
): Promise<Omit<TimeMachine, 'stop'>> {
  const path = await resolveTestServer(say, process.env);
  const server = path === undefined ? {} : { executable: { type: 'existing-path', path } as const };
  const time = await TestWorkflowEnvironment.createTimeSkipping({ server });
  onStop(() => time.teardown());
  const { connection, address = '', namespace = 'default' } = time;
  const searchAttributes = Object.fromEntries(
    Object.entries(searchAttributeTypes).map(([name, type]) => [name, wireTypes[type]]),
  );
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });

  const cloud = await startLocalCloud({ operationSeconds: 0 });
  onStop(() => cloud.close());
  const { anvil, simulator } = cloud;
  const environment = {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    PHALA_CLOUD_API_PREFIX: simulator.url,
    PHALA_CLOUD_API_KEY: simulator.apiKey,
    COUNTERSIGN_PHALA_RATE: '1000',
    [`COUNTERSIGN_RPC_URL_${anvil.chainId}`]: anvil.rpcUrl,
    COUNTERSIGN_SEAL_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    COUNTERSIGN_WATCH_INTERVAL: '0',
  };
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-time-'));
  onStop(() => rm(folder, { recursive: true, force: true }));
  const worker = await startWorkerProcess({ environment, logFile: join(folder, 'worker.log') });
  onStop(() => worker.stop(0));
  const countersign = await connect({ environment });
  onStop(() => countersign.close());
  return {
    ...{ cloud, countersign, client: new Client({ connection, namespace }) },
    pass: (milliseconds) => time.sleep(milliseconds),
  };
}
