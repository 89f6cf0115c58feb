import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startWorkerProcess, type WorkerProcess } from '../../stack/workerProcess.js';
import { useRig } from '../rig/rig.js';
import { startTemporalProxy, type TemporalProxy } from './temporalProxy.js';
import { type Case, Undertakings } from './undertakings.js';

/** Milliseconds: longer than every timeout after which a worker counts as dead. */
const outage = 30_000;
const rig = useRig({ workers: false });
const cases: readonly Case[] = [
  ['update', 'safe', 'awaitingRegistration'],
  ['update', 'safe', 'committing'],
  ['update', 'none', 'committing'],
  ['update', 'ownerKey', 'verifying'],
  ['replicate', 'safe', 'committing'],
  ['provision', 'ownerKey', 'committing'],
  ['allowlist', 'safe', 'verifying'],
];
const undertakings = new Undertakings(rig, cases);
let folder: string;
let network: TemporalProxy;
let worker: WorkerProcess;
let backlog: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-cut-'));
  network = await startTemporalProxy(inject('temporalAddress'));
  const environment = { ...rig.workerEnvironment, TEMPORAL_ADDRESS: network.address };
  worker = await startWorkerProcess({ environment, logFile: join(folder, 'worker.log') });
  await undertakings.begin();
  network.cut();
  // The server is there for everybody else: what is asked for meanwhile waits for a worker.
  const asked = await Promise.all(
    Array.from({ length: 20 }, async () => rig.countersign.updateCvm(rig.request(await rig.addCvm('none')))),
  );
  await pause(outage);
  network.mend();
  await undertakings.finish();
  backlog = (await Promise.all(asked.map((change) => change.result()))).map(({ phase }) => phase);
}, 240_000);

afterAll(async () => {
  await worker.stop(5_000);
  await network.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a change whose worker loses the Temporal server for longer than a worker counts as alive', () => {
  it.each(cases.map((each) => [each.join(' '), each] as const))('stood in that phase: %s', (_name, each) => {
    expect(undertakings.phaseOf(each)).toBe(each[2]);
  });

  it.each(cases.map((each) => [each.join(' '), each] as const))(
    'comes to its end in exactly one effect of what was registered once: %s',
    (_name, each) => undertakings.judged(each),
  );

  it('holds up nobody: what was asked for meanwhile is done by the same worker afterwards', () => {
    expect(backlog).toEqual(backlog.map(() => 'completed'));
    expect(backlog).toHaveLength(20);
  });
});
