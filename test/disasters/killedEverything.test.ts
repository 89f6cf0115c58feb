import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Anvil, type AnvilOptions, startAnvil } from '../../stack/localChain/startAnvil.js';
import { startWorkerProcess, type WorkerProcess } from '../../stack/workerProcess.js';
import { useRig } from '../rig/rig.js';
import { OwnTemporal } from './ownTemporal.js';
import { type Case, Undertakings } from './undertakings.js';

const cases: readonly Case[] = [
  ['update', 'safe', 'awaitingRegistration'],
  ['update', 'ownerKey', 'verifying'],
  ['update', 'safe', 'applying'],
  ['update', 'safe', 'preparing'],
  ['update', 'safe', 'committing'],
  ['replicate', 'safe', 'awaitingRegistration'],
  ['replicate', 'safe', 'committing'],
  ['provision', 'safe', 'awaitingRegistration'],
  ['provision', 'none', 'committing'],
  ['allowlist', 'ownerKey', 'verifying'],
];
/** How long nothing is there. */
const outage = 4_000;
/** Longer than that: a CVM that boots while there is no chain does not start, and that is another test. */
const operationSeconds = 30;

const folder = await mkdtemp(join(tmpdir(), 'countersign-everything-'));
const chain: AnvilOptions = {
  blockTimeSeconds: 1,
  mixedMining: true,
  slotsInAnEpoch: 1,
  stateFile: join(folder, 'chain.json'),
};
const temporal = new OwnTemporal();
afterAll(async () => {
  await temporal.remove();
  await rm(folder, { recursive: true, force: true });
});
const rig = useRig({ workers: false, cloud: { chain, operationSeconds }, temporal: () => temporal.start() });
const undertakings = new Undertakings(rig, cases);
let worker: WorkerProcess;
let newChain: Anvil;

const startWorker = (): Promise<WorkerProcess> =>
  startWorkerProcess({ environment: rig.workerEnvironment, logFile: join(folder, 'worker.log') });

beforeAll(async () => {
  worker = await startWorker();
  await undertakings.begin();
  const { anvil, simulator } = rig.cloud;
  process.kill(worker.pid, 'SIGKILL');
  // The chain is asked to end, as it keeps its state only then. The cloud's state is its database, which is not lost.
  const [goOnline] = await Promise.all([simulator.goOffline(), temporal.kill(), anvil.stop(), worker.exited]);
  await delay(outage);
  newChain = await startAnvil({ ...chain, port: Number(new URL(anvil.rpcUrl).port) });
  await Promise.all([goOnline(), temporal.start()]);
  worker = await startWorker();
  await undertakings.finish();
}, 240_000);

afterAll(async () => {
  await worker.stop(5_000);
  await newChain.stop();
});

describe('worker, Temporal server, chain and cloud, killed at once in the middle of ten changes and started again', () => {
  it.each(cases.map((each) => [each.join(' '), each] as const))('stood in that phase: %s', (_name, each) => {
    expect(undertakings.phaseOf(each)).toBe(each[2]);
  });

  it.each(cases.map((each) => [each.join(' '), each] as const))(
    'comes to its end in exactly one effect of what was registered once: %s',
    (_name, each) => undertakings.judged(each),
  );
});
