import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProcessExit } from '../../stack/process/spawnLeashed.js';
import { startWorkerProcess, type WorkerProcess } from '../../stack/workerProcess.js';
import { useRig } from '../rig/rig.js';
import { operationSeconds } from './undertaking.js';
import { type Case, Undertakings } from './undertakings.js';

/** In each of these one activity is at work, or is repeated: asking, looking, waiting for finality, applying, following. */
const cases: readonly Case[] = [
  ['update', 'safe', 'awaitingRegistration'],
  ['provision', 'safe', 'awaitingRegistration'],
  ['update', 'ownerKey', 'verifying'],
  ['allowlist', 'safe', 'verifying'],
  ['update', 'safe', 'preparing'],
  ['replicate', 'safe', 'preparing'],
  ['provision', 'none', 'preparing'],
  ['update', 'safe', 'applying'],
  ['replicate', 'none', 'applying'],
  ['update', 'safe', 'committing'],
  ['update', 'none', 'committing'],
  ['replicate', 'safe', 'committing'],
  ['provision', 'ownerKey', 'committing'],
];
/** What an operator is told to give a worker to stop in: docs/how-to/run-in-production.md. */
const grace = 60_000;

const rig = useRig({ workers: false, cloud: { operationSeconds } });
const undertakings = new Undertakings(rig, cases);
let folder: string;
let worker: WorkerProcess;
let stopped: { readonly exit: ProcessExit; readonly tookMs: number };
/** Calls that had an answer when the worker was gone, by endpoint. */
let answered: readonly string[];

const startWorker = (): Promise<WorkerProcess> =>
  startWorkerProcess({ environment: rig.workerEnvironment, logFile: join(folder, 'worker.log') });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-stopped-'));
  worker = await startWorker();
  await undertakings.begin();
  const since = Date.now();
  await worker.stop(grace);
  stopped = { exit: await worker.exited, tookMs: Date.now() - since };
  answered = rig.cloud.simulator.ledger.requests.map(({ endpoint, status }) => `${endpoint} ${status}`);
  worker = await startWorker();
  await undertakings.finish();
}, 180_000);

afterAll(async () => {
  await worker.stop(5_000);
  await rm(folder, { recursive: true, force: true });
});

describe('a worker that is asked to stop in the middle of everything', () => {
  it('finishes the calls that it has begun, and ends with 0 before its time is up', () => {
    expect(stopped.exit).toEqual({ code: 0, signal: null });
    expect(stopped.tookMs, 'milliseconds until it was gone').toBeLessThan(45_000);
    // The calls that were held up were answered before it went.
    for (const call of ['commitUpdate 202', 'commitReplica 200', 'commitCvmProvision 200'])
      expect(answered).toContain(call);
  });
});

describe.each(cases.map((each) => [each.join(' '), each] as const))('the next worker: %s', (_name, each) => {
  it('finds the change in that phase', () => {
    expect(undertakings.phaseOf(each)).toBe(each[2]);
  });

  it('ends it in exactly one effect of what was registered once', () => undertakings.judged(each));
});
