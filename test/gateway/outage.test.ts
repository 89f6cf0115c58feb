import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorkerProcess, type WorkerProcess } from '../../stack/workerProcess.js';
import { OwnTemporal } from '../disasters/ownTemporal.js';
import { prepareElsewhere } from '../rig/prepareElsewhere.js';
import { useRig } from '../rig/rig.js';
import { pendingEvent, TestGateway } from './gateway.js';

const temporal = new OwnTemporal();
afterAll(() => temporal.remove());
const rig = useRig({ workers: false, temporal: () => temporal.start() });
const gateway = new TestGateway(rig);
let folder: string;
let worker: WorkerProcess | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-outage-'));
  await gateway.start();
});
afterAll(async () => {
  await gateway.close();
  await worker?.stop(5_000);
  await rm(folder, { recursive: true, force: true });
});

const startWorker = () =>
  startWorkerProcess({ environment: rig.workerEnvironment, logFile: join(folder, 'worker.log') });

async function preparedEvent() {
  const cvm = await rig.addCvm('safe');
  return pendingEvent(cvm, await prepareElsewhere(rig, cvm));
}

/** Delivers as often as a sender would who does not give up. */
async function untilTaken(event: ReturnType<typeof pendingEvent>) {
  for (;;) {
    const answered = await gateway.deliver(event);
    if (answered.status < 500) return answered;
    expect([answered.status, answered.body.outcome]).toEqual([503, 'unavailable']);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

it('what cannot be handed on is answered in time, to be sent again, and is taken up then: no worker', async () => {
  const event = await preparedEvent();
  const began = Date.now();
  const { status, body } = await gateway.deliver(event);
  expect([status, body.outcome]).toEqual([503, 'unavailable']);
  expect(Date.now() - began).toBeLessThan(9_500);
  worker = await startWorker();
  const taken = await untilTaken(event);
  expect(taken.body).toMatchObject({ outcome: expect.stringMatching(/adopted|repeated/) });
  await rig.until(rig.countersign.change(event.data.cvm_id), 'awaitingRegistration');
});

it('and no Temporal, which health tells as well', async () => {
  await temporal.kill();
  const event = await preparedEvent();
  const began = Date.now();
  const { status, body } = await gateway.deliver(event);
  expect([status, body.outcome]).toEqual([503, 'unavailable']);
  expect(Date.now() - began).toBeLessThan(9_500);
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
  // A wrong signature is still a wrong signature: nobody has to be asked for that.
  expect((await gateway.deliver(event, { secret: 'whsec_not-the-secret-at-all' })).status).toBe(401);
  await temporal.start();
  const { body: taken } = await untilTaken(event);
  expect(['adopted', 'repeated']).toContain(taken.outcome);
  const change = rig.countersign.change(event.data.cvm_id);
  expect((await rig.until(change, 'awaitingRegistration')).runId).toBe(taken.runId);
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
}, 120_000);

it('a gateway that finds no Temporal at its start says so, and ends with 2', async () => {
  const { TEMPORAL_NAMESPACE = '' } = rig.workerEnvironment;
  const environment = {
    ...{ TEMPORAL_ADDRESS: '127.0.0.1:9', TEMPORAL_NAMESPACE, COUNTERSIGN_GATEWAY_ADDRESS: '127.0.0.1:0' },
    COUNTERSIGN_PHALA_WEBHOOK_SECRETS: gateway.secret,
  };
  const start = startWorkerProcess({
    ...{ environment, program: 'dist/gateway/main.js', name: 'gateway', logFile: join(folder, 'other.log') },
  });
  await expect(start).rejects.toThrow(/ready \(2\):\nTemporal does not answer at 127\.0\.0\.1:9/);
});
