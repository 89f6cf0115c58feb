import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SimulatedCvm } from '../simulatedCvm.js';
import { type Simulator, startSimulator } from '../startSimulator.js';
import { openStream, type ReceivedStream } from '../testing/eventStream.js';

let simulator: Simulator;
let cvm: SimulatedCvm;

beforeEach(async () => {
  simulator = await startSimulator({ rpcUrls: {} });
  cvm = simulator.addCvm({ name: 'watched', dockerComposeFile: 'services: {}', kms: { kind: 'phala' } });
});

afterEach(() => simulator.close());

const key = () => ({ 'x-api-key': simulator.apiKey });

function watch(query: string): Promise<ReceivedStream> {
  return openStream(`${simulator.url}/cvms/${cvm.vmUuid}/state?${query}`, key());
}

const update = () =>
  fetch(`${simulator.url}/cvms/${cvm.vmUuid}`, { method: 'PATCH', headers: key(), body: '{"vcpu":4}' });

const names = (stream: ReceivedStream) => stream.events.map(({ event }) => event);

test('a target that is reached already completes at once', async () => {
  const stream = await watch('target=running');
  await stream.ended;
  expect(stream).toMatchObject({ status: 200, contentType: 'text/event-stream; charset=utf-8' });
  expect(stream.events).toEqual([
    { event: 'state', data: { id: cvm.hashId, instance_id: cvm.instanceId, name: 'watched', status: 'running' } },
    { event: 'complete', data: { status: 'running', target: 'running', elapsed: 0 } },
  ]);
});

test('every look tells the state, until the target is reached, by the clock of the simulator', async () => {
  await update();
  const stream = await watch('target=running&interval=5');
  await simulator.clock.advance(5_000);
  await stream.ended;
  expect(stream.events).toMatchObject([
    { event: 'state', data: { status: 'updating', boot_progress: 'booting' } },
    { event: 'state', data: { status: 'running' } },
    { event: 'complete', data: { status: 'running', target: 'running', elapsed: 5 } },
  ]);
});

test('after its time a stream says so and ends', async () => {
  const stream = await watch('target=stopped&interval=8&timeout=20');
  await simulator.clock.advance(20_000);
  await stream.ended;
  expect(names(stream)).toEqual(['state', 'state', 'state', 'state', 'timeout']);
  expect(stream.events.at(-1)?.data).toEqual({ error: expect.any(String), target: 'stopped', elapsed: 20 });
});

test('a CVM that is deleted while it is watched is an error', async () => {
  const stream = await watch('target=stopped');
  cvm.remove();
  await simulator.clock.advance(5_000);
  await stream.ended;
  expect(stream.events.at(-1)).toMatchObject({ event: 'error', data: { error: 'CVM not found', elapsed: 5 } });
});

test('a sixth stream is turned away until another one is over', async () => {
  const streams = await Promise.all([1, 2, 3, 4, 5].map(() => watch('target=stopped')));
  expect(streams.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect((await watch('target=stopped')).status).toBe(429);
  await streams[0]?.cancel();
  await expect.poll(async () => (await watch('target=stopped')).status, { timeout: 10_000 }).toBe(200);
});

test('interval and timeout have bounds', async () => {
  const answers = ['interval=4', 'interval=31', 'timeout=9', 'timeout=601', 'interval=x'].map((bad) =>
    watch(`target=running&${bad}`),
  );
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([422, 422, 422, 422, 422]);
});

test('without a target the state is answered at once', async () => {
  const answer = await fetch(`${simulator.url}/cvms/${cvm.vmUuid}/state?target=`, { headers: key() });
  expect(await answer.json()).toMatchObject({ name: 'watched', status: 'running' });
});

test('a fault can cut a stream after its first event, and closing the simulator cuts all', async () => {
  simulator.faults.add({ endpoint: 'getCvmState', what: { kind: 'loseReply', by: 'cutBody' } });
  const cut = await watch('target=running');
  await expect(cut.ended).rejects.toThrow();
  expect(names(cut)).toContain('state');
  const open = await watch('target=stopped');
  await simulator.close();
  await expect(open.ended).rejects.toThrow();
});
