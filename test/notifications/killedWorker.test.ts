import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { startWorkerProcess, type WorkerProcess } from '../../stack/workerProcess.js';
import { useReceiver } from '../rig/receiver.js';
import { useRig } from '../rig/rig.js';

const receiver = await useReceiver({ COUNTERSIGN_NOTIFY_REMINDERS: '45s,365d' });
const rig = useRig({ workers: false, notifications: receiver.environment });
let folder: string;
let worker: WorkerProcess;

const startWorker = (): Promise<WorkerProcess> =>
  startWorkerProcess({ environment: rig.workerEnvironment, logFile: join(folder, 'worker.log') });

const soon = { timeout: 20_000 };
const idsOf = ({ id }: Change): readonly string[] =>
  receiver.of(id).map(({ body }) => body.id.replace(`${body.runId}/`, ''));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-notifications-'));
  worker = await startWorker();
});

afterAll(async () => {
  await worker.stop(5_000);
  await rm(folder, { recursive: true, force: true });
});

async function killAndReplace(): Promise<void> {
  process.kill(worker.pid, 'SIGKILL');
  await worker.exited;
  receiver.status = 204;
  worker = await startWorker();
}

it('a worker that is killed during a delivery leaves it to another one, under the same id', {
  timeout: 180_000,
}, async () => {
  receiver.status = 'silence';
  const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('safe')));
  await expect.poll(() => idsOf(change), soon).toEqual(['1']);
  await killAndReplace();
  await expect.poll(() => idsOf(change).slice(0, 2), { timeout: 40_000 }).toEqual(['1', '1']);

  // And one that is killed between two deliveries has left behind what was delivered.
  await rig.untilStatus(change, ({ wait }) => wait !== null, 'a wait');
  // Not before the delivery has ended: what its worker did not live to keep is delivered once more.
  const kept = async () => (await change.pending()).find(({ activity }) => activity === 'remind')?.lastFailure?.type;
  await expect.poll(kept, soon).toBe('NotificationPending');
  await killAndReplace();
  await expect.poll(() => idsOf(change).at(-1), { timeout: 70_000 }).toBe('1/reminder/1');
  expect(idsOf(change)).toEqual(['1', '1', '1/reminder/1']);
  await change.send('cancel', { by: 'test' });
  await change.result();
  await expect.poll(() => idsOf(change).at(-1), soon).toBe('2');
});

it('a worker that is killed when a change ends has its end told by another one, once', {
  timeout: 60_000,
}, async () => {
  receiver.status = 'silence';
  const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('safe')));
  await rig.until(change, 'awaitingRegistration');
  await change.send('cancel', { by: 'test' });
  await change.result();
  await expect.poll(() => idsOf(change).at(-1), soon).toBe('2');
  const before = receiver.of(change.id).length;
  await killAndReplace();
  await expect.poll(() => idsOf(change).slice(before), { timeout: 40_000 }).toEqual(['2']);
});
