import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../startSimulator.js';
import { callApi, type Reply } from '../testing/callApi.js';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ rpcUrls: {} });
});

afterAll(() => simulator.close());

async function control(method: string, path: string, body?: unknown): Promise<Pick<Reply, 'status' | 'body'>> {
  const response = await fetch(`${simulator.origin}/_simulator${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const DEFINITION = { name: 'remote', dockerComposeFile: 'services: {}', kms: { kind: 'phala' } };

test('CVMs can be added, seen, given quirks and removed', async () => {
  const added = await control('POST', '/cvms', DEFINITION);
  expect(added).toMatchObject({ status: 201, body: { name: 'remote', status: 'running', commits: [] } });
  const [cvm] = (await control('GET', '/cvms')).body as [{ vmUuid: string }]; // the one just added
  expect(await control('PUT', `/cvms/${cvm.vmUuid}/quirks`, { errorShape: 'nested' })).toMatchObject({ status: 200 });
  expect(simulator.cvm(cvm.vmUuid).quirks).toEqual({ errorShape: 'nested' });
  expect(await control('DELETE', `/cvms/${cvm.vmUuid}`)).toMatchObject({ status: 204 });
  expect(await control('DELETE', `/cvms/${cvm.vmUuid}`)).toMatchObject({ status: 404 });
});

test('webhooks and their deliveries can be seen', async () => {
  const webhook = { url: 'http://127.0.0.1:9/hook', events: ['cvm.deleted'] };
  await callApi(simulator, 'POST', '/workspace/webhooks', webhook);
  simulator.addCvm({ ...DEFINITION, kms: { kind: 'phala' } }).remove();
  await simulator.clock.advance(0);
  expect(await control('GET', '/webhooks')).toMatchObject({
    body: { webhooks: [webhook], deliveries: [{ event: 'cvm.deleted', status: 'pending', attempts: [{}] }] },
  });
});

test('nodes can be added and seen', async () => {
  expect(await control('POST', '/nodes', { id: 3, slots: 1 })).toMatchObject({
    status: 201,
    body: { name: 'simulator-3' },
  });
  expect(await control('GET', '/nodes')).toMatchObject({
    body: [{ id: 1 }, { id: 2 }, { id: 3, capacity: { slots: 1 } }],
  });
  expect(await control('POST', '/nodes', { id: 0 })).toMatchObject({ status: 400 });
});

test('the clock can be read and moved', async () => {
  const before = simulator.clock.now().getTime();
  const { body } = await control('POST', '/clock', { advanceMilliseconds: 3_600_000 });
  expect(simulator.clock.now().getTime()).toBeGreaterThanOrEqual(before + 3_600_000);
  expect((await control('GET', '/clock')).body).toHaveProperty('now');
  expect(body).toHaveProperty('now');
});

test('faults can be put in force, listed and taken away', async () => {
  const rule = { endpoint: 'getCurrentUser', what: { kind: 'answer', status: 503, headers: { 'retry-after': '1' } } };
  const added = await control('POST', '/faults', rule);
  expect(added).toMatchObject({ status: 201, body: { id: expect.any(String), rule, used: 0, remaining: 1 } });
  const me = () => fetch(`${simulator.url}/auth/me`, { headers: { 'x-api-key': simulator.apiKey } });
  expect([(await me()).status, (await me()).status]).toEqual([503, 200]);
  expect(await control('GET', '/faults')).toMatchObject({ body: [{ used: 1, remaining: 0 }] });
  expect(await control('DELETE', '/faults')).toMatchObject({ status: 204 });
  expect(await control('DELETE', '/faults/unknown')).toMatchObject({ status: 404 });
});

test('the ledger can be read; its request log has neither keys nor tokens', async () => {
  const key = { 'x-api-key': simulator.apiKey };
  const cvm = simulator.addCvm({ ...DEFINITION, kms: { kind: 'phala' } });
  await fetch(`${simulator.url}/cvms/${cvm.vmUuid}`, { method: 'PATCH', headers: key, body: '{"vcpu":4}' });
  await fetch(`${simulator.url}/cvms/${cvm.vmUuid}/commit-update?token=canary`, { headers: key });
  const { body } = await control('GET', '/ledger');
  expect(body).toMatchObject({
    effectiveCommits: [{ cvmId: cvm.vmUuid, via: 'direct', composeHash: cvm.composeHash }],
    preparations: [],
    tokens: [],
  });
  expect(simulator.ledger.requests.at(-1)).toMatchObject({
    method: 'GET',
    endpoint: 'getCommitUpdate',
    route: '/api/v1/cvms/:cvmId/commit-update',
    cvmId: cvm.vmUuid,
    status: 466,
    apiVersion: '2026-01-21',
  });
  expect(JSON.stringify(simulator.ledger.requests)).not.toMatch(new RegExp(`canary|${simulator.apiKey}`));
});

test('what is not understood is a 400 that says why', async () => {
  expect(await control('POST', '/faults', { what: { kind: 'earthquake' } })).toMatchObject({ status: 400 });
  expect(await control('POST', '/clock', { advanceMilliseconds: -1 })).toMatchObject({ status: 400 });
  expect(await control('POST', '/cvms', { name: 'half' })).toMatchObject({ status: 400 });
});
