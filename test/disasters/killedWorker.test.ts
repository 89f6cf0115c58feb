import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorkerProcess, type WorkerProcess } from '../../stack/workerProcess.js';
import { useRig } from '../rig/rig.js';
import { operationSeconds } from './undertaking.js';
import { type Case, Undertakings } from './undertakings.js';

/** Updates are killed in test/update/killedWorker.test.ts. */
const cases: readonly Case[] = [
  ['adopt', 'safe', 'awaitingRegistration'],
  ['replicate', 'safe', 'awaitingRegistration'],
  ['provision', 'safe', 'awaitingRegistration'],
  ['allowlist', 'safe', 'awaitingRegistration'],
  ['replicate', 'safe', 'verifying'],
  ['replicate', 'ownerKey', 'verifying'],
  ['provision', 'safe', 'verifying'],
  ['provision', 'ownerKey', 'verifying'],
  ['allowlist', 'ownerKey', 'verifying'],
  ['adopt', 'safe', 'preparing'],
  ['replicate', 'safe', 'preparing'],
  ['provision', 'ownerKey', 'preparing'],
  ['replicate', 'safe', 'applying'],
  ['provision', 'none', 'applying'],
  ['provision', 'ownerKey', 'applying'],
  ['adopt', 'safe', 'committing'],
  ['replicate', 'safe', 'committing'],
  ['replicate', 'none', 'committing'],
  // One of these only: the commit of a new CVM does not name it, and the first that comes is held up.
  ['provision', 'none', 'committing'],
];

const rig = useRig({ workers: false, cloud: { operationSeconds } });
const undertakings = new Undertakings(rig, cases);
let folder: string;
let worker: WorkerProcess;

const startWorker = (): Promise<WorkerProcess> =>
  startWorkerProcess({ environment: rig.workerEnvironment, logFile: join(folder, 'worker.log') });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-killed-'));
  worker = await startWorker();
  await undertakings.begin();
  process.kill(worker.pid, 'SIGKILL');
  await worker.exited;
  worker = await startWorker();
  await undertakings.finish();
}, 180_000);

afterAll(async () => {
  await worker.stop(5_000);
  await rm(folder, { recursive: true, force: true });
});

describe.each(cases.map((each) => [each.join(' '), each] as const))(
  'a worker that is killed and started again, while a change was under way: %s',
  (_name, each) => {
    it('died while the change stood in that phase', () => {
      expect(undertakings.phaseOf(each)).toBe(each[2]);
    });

    it('ends it in exactly one effect of what was registered once', () => undertakings.judged(each));
  },
);
