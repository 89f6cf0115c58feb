import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { startWorkerProcess, type WorkerProcess } from '../../stack/workerProcess.js';
import { useRig } from '../rig/rig.js';

/** Seconds within which a dead worker is noticed. */
const promised = 15;
const rig = useRig({ workers: false });
let folder: string;
let workers: readonly WorkerProcess[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-two-'));
  const start = () => startWorkerProcess({ environment: rig.workerEnvironment, logFile: join(folder, 'worker.log') });
  workers = await Promise.all([start(), start()]);
});

afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop(5_000)));
  await rm(folder, { recursive: true, force: true });
});

/** Which process has begun the one activity that a change waits for, and for the how-manieth time. */
async function atWork({ id }: Change): Promise<{ readonly pid: number; readonly attempt: number }> {
  const { raw } = await rig.client.workflow.getHandle(id).describe();
  const [activity] = raw.pendingActivities ?? [];
  // The SDK names a worker by its process: "4711@host".
  return { pid: Number.parseInt(activity?.lastWorkerIdentity ?? '', 10), attempt: activity?.attempt ?? 0 };
}

async function kill(pid: number): Promise<void> {
  const worker = workers.find((each) => each.pid === pid);
  if (!worker)
    throw new Error(`expected ${pid} to be one of the workers ${workers.map((each) => each.pid).join(', ')}`);
  process.kill(pid, 'SIGKILL');
  await worker.exited;
}

async function secondsUntil(fulfilled: () => Promise<boolean>): Promise<number> {
  for (const started = Date.now(); ; ) {
    const seconds = (Date.now() - started) / 1000;
    if (seconds > 2 * promised || (await fulfilled())) return seconds;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('one of two workers, killed', { timeout: 120_000 }, () => {
  it('in the middle of a commit: the other takes it up within 15 seconds, and it is made once', async () => {
    const cvm = await rig.addCvm('safe');
    // The first call takes effect long after its sender is dead, and after the second one.
    const late = { kind: 'delay', milliseconds: 25_000 } as const;
    const held = rig.cloud.simulator.faults.add({ endpoint: 'commitUpdate', cvm: cvm.vmUuid, what: late });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await rig.register(change, await rig.until(change, 'awaitingRegistration'));
    await expect.poll(() => held.used, { timeout: 20_000, interval: 20 }).toBe(1);
    await kill((await atWork(change)).pid);
    const seconds = await secondsUntil(async () => {
      const { attempt, pid } = await atWork(change);
      return attempt !== 1 || Number.isNaN(pid);
    });
    expect(seconds, 'seconds until it was taken up again').toBeLessThan(promised);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    const calls = () =>
      rig.cloud.simulator.ledger.requests.filter(
        ({ endpoint, cvmId }) => endpoint === 'commitUpdate' && cvmId === cvm.vmUuid,
      );
    // Both calls have reached the API, and one of them took effect.
    await expect.poll(() => calls().length, { timeout: 30_000 }).toBe(2);
    expect(cvm.commits).toHaveLength(1);
  });

  it('while it had the workflows of waiting changes in memory: the other answers for them within 15 seconds', async () => {
    const changes = await Promise.all(
      Array.from({ length: 8 }, async () => rig.countersign.updateCvm(rig.request(await rig.addCvm('safe')))),
    );
    await Promise.all(changes.map((change) => rig.until(change, 'awaitingRegistration')));
    await kill(workers[0]?.pid ?? 0);
    const answers = await Promise.all(
      changes.map(async (change) => {
        const asked = Date.now();
        await change.send('comment', { by: 'test', reason: 'is anybody there?' });
        return (Date.now() - asked) / 1000;
      }),
    );
    expect(Math.max(...answers), 'seconds until the last answer').toBeLessThan(promised);
    await Promise.all(changes.map((change) => change.send('cancel', { by: 'test' })));
    expect(await Promise.all(changes.map(async (change) => (await change.result()).phase))).toEqual(
      changes.map(() => 'cancelled'),
    );
  });
});
