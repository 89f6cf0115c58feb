import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import type { SimulatedCvm } from '../simulatedCvm.js';
import { type Simulator, startSimulator } from '../startSimulator.js';
import { callApi } from '../testing/callApi.js';
import { schemaProblems } from '../testing/openapi/schemaProblems.js';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ rpcUrls: {}, operationSeconds: 60 });
});

afterAll(() => simulator.close());

const addCvm = () =>
  simulator.addCvm({ name: 'app', dockerComposeFile: 'services: {}', kms: { kind: 'phala' }, vcpu: 2 });

async function update(cvm: SimulatedCvm, change: object): Promise<string> {
  const { body } = await callApi(simulator, 'PATCH', `/cvms/${cvm.vmUuid}`, change);
  return z.object({ correlation_id: z.string() }).parse(body).correlation_id;
}

const cancel = (cvm: SimulatedCvm) => callApi(simulator, 'POST', `/cvms/${cvm.vmUuid}/operations/cancel`);

test('what runs is cancelled: the lock is gone, what was saved stays, and what ran before runs on', async () => {
  const cvm = addCvm();
  const before = cvm.composeHash;
  const correlationId = await update(cvm, { public_logs: false });
  await simulator.clock.advance(20_000);
  const { status, body } = await cancel(cvm);
  expect([status, body]).toEqual([200, { cancelled: true, correlation_id: correlationId }]);
  expect(schemaProblems('CancelOperationRequest', body)).toEqual([]);
  await simulator.clock.advance(60_000);
  expect(cvm).toMatchObject({ status: 'running', inProgress: false, bootedComposeHash: before });
  expect(cvm.composeHash).not.toBe(before);
  const { items } = z
    .object({ items: z.array(z.looseObject({ duration_ms: z.number(), events: z.array(z.unknown()) })) })
    .parse((await callApi(simulator, 'GET', `/cvms/${cvm.vmUuid}/operations`)).body);
  expect(items).toMatchObject([{ status: 'failed', error_message: 'Operation cancelled by user' }]);
  expect(Math.floor((items[0]?.duration_ms ?? 0) / 1000)).toBe(20);
  expect(items[0]?.events.at(-1)).toMatchObject({ event_type: 'instance.compose_update.cancel', state: 'running' });
  await update(cvm, { public_logs: true });
  expect(cvm.inProgress).toBe(true);
});

test('with nothing to cancel, nothing is cancelled', async () => {
  expect(await cancel(addCvm())).toMatchObject({ status: 200, body: { cancelled: false, correlation_id: null } });
});

test('an image that is being replaced is a 409, and goes on', async () => {
  const cvm = addCvm();
  await update(cvm, { image: 'dstack-0.5.6' });
  expect(await cancel(cvm)).toMatchObject({ status: 409, body: { detail: 'Cannot cancel this operation type' } });
  await simulator.clock.advance(60_000);
  expect(cvm).toMatchObject({ status: 'running', inProgress: false });
});

test('the status of several CVMs at once', async () => {
  const [idle, busy] = [addCvm(), addCvm()];
  const correlationId = await update(busy, { vcpu: 4 });
  const dashless = busy.vmUuid.replaceAll('-', '');
  const vm_uuids = [idle.vmUuid, dashless, '00000000-0000-4000-8000-000000000000'];
  const answer = await callApi(simulator, 'POST', '/status/batch', { vm_uuids });
  const body = z.record(z.string(), z.unknown()).parse(answer.body);
  expect(body).toMatchObject({
    [idle.vmUuid]: { status: 'running', in_progress: false, operation_type: null, correlation_id: null },
    [dashless]: {
      vm_uuid: busy.vmUuid,
      status: 'updating',
      in_progress: true,
      operation_type: 'resize',
      correlation_id: correlationId,
    },
  });
  expect(Object.values(body).flatMap((status) => schemaProblems('CvmStatus', status))).toEqual([]);
  expect(Object.keys(body)).toHaveLength(2);
  expect((await callApi(simulator, 'POST', '/status/batch', {})).status).toBe(422);
});
