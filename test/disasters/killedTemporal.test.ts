import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import type { ChangeResult } from '../../model/status.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { startWorkerProcess, type WorkerProcess } from '../../stack/workerProcess.js';
import { useRig } from '../rig/rig.js';
import { OwnTemporal } from './ownTemporal.js';
import { operationSeconds } from './undertaking.js';
import { type Case, Undertakings } from './undertakings.js';

const cases: readonly Case[] = [
  ['update', 'safe', 'awaitingRegistration'],
  ['update', 'ownerKey', 'verifying'],
  ['update', 'safe', 'applying'],
  ['update', 'safe', 'preparing'],
  ['update', 'safe', 'committing'],
  ['update', 'none', 'committing'],
  ['replicate', 'safe', 'awaitingRegistration'],
  ['replicate', 'safe', 'committing'],
  ['provision', 'safe', 'verifying'],
  ['provision', 'none', 'committing'],
  ['allowlist', 'safe', 'awaitingRegistration'],
  ['allowlist', 'ownerKey', 'verifying'],
];
/** Longer than any heartbeat timeout: every activity that was at work has to be begun again. */
const outage = 12_000;
/** From the start of a change to a deadline that passes while the server is away: it goes later, and for as long. */
const patience = outage;

const temporal = new OwnTemporal();
afterAll(() => temporal.remove());
const rig = useRig({ workers: false, cloud: { operationSeconds }, temporal: () => temporal.start() });
const undertakings = new Undertakings(rig, cases);
let folder: string;
let worker: WorkerProcess;
let isAlive = true;
/** Two changes whose deadline passes meanwhile; the owners of the second one sign before that. */
const late: { readonly cvm: SimulatedCvm; readonly change: Change; result?: ChangeResult }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-server-'));
  worker = await startWorkerProcess({ environment: rig.workerEnvironment, logFile: join(folder, 'worker.log') });
  void worker.exited.then(() => {
    isAlive = false;
  });
  await undertakings.begin();
  const policy = { deadline: new Date(Date.now() + patience).toISOString() };
  for (const cvm of [await rig.addCvm('safe'), await rig.addCvm('safe')]) {
    late.push({ cvm, change: await rig.countersign.updateCvm(rig.request(cvm, { policy })) });
  }
  const [, signed] = await Promise.all(late.map(({ change }) => rig.until(change, 'awaitingRegistration')));
  await temporal.kill();
  if (signed) await rig.signAndExecute(signed);
  await delay(outage);
  await temporal.start();
  await Promise.all([
    undertakings.finish(),
    ...late.map(async (each) => Object.assign(each, { result: await each.change.result() })),
  ]);
}, 240_000);

afterAll(async () => {
  await worker.stop(5_000);
  await rm(folder, { recursive: true, force: true });
});

describe('a Temporal server that is killed and started again on its database', () => {
  it('is awaited by the worker', () => {
    expect(isAlive).toBe(true);
  });

  it('lets a change expire whose deadline passed meanwhile, with no effect', () => {
    expect(late[0]?.result).toMatchObject({ phase: 'expired' });
    expect(late[0]?.cvm.commits).toEqual([]);
  });

  it('tells the true end of a change that was signed before its deadline passed meanwhile', () => {
    const { cvm, result } = late[1] ?? {};
    expect(['completed', 'expired']).toContain(result?.phase);
    expect(cvm?.commits).toHaveLength(result?.phase === 'completed' ? 1 : 0);
  });
});

describe.each(cases.map((each) => [each.join(' '), each] as const))(
  'a change under way at that time: %s',
  (_name, each) => {
    it('stood in that phase', () => {
      expect(undertakings.phaseOf(each)).toBe(each[2]);
    });

    it('comes to its end in exactly one effect of what was registered once', () => undertakings.judged(each));
  },
);
