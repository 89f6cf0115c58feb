import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type LocalChain, startLocalChain } from '../testing/localChain.js';
import { composeFile, SimulatorOnChain } from '../testing/simulatorOnChain.js';
import type { MadeUpAnswer } from './faultRule.js';

let chain: LocalChain;
let world: SimulatorOnChain;

beforeAll(async () => {
  chain = await startLocalChain();
  world = await SimulatorOnChain.start(chain);
});

afterEach(() => world.simulator.faults.clear());

afterAll(async () => {
  await world.simulator.close();
  await chain.stop();
});

/** A CVM with an update prepared and registered. */
async function prepared() {
  const { cvm, app } = await world.addOnChainCvm();
  const { token, composeHash } = await world.prepare(cvm, { docker_compose_file: composeFile('2') });
  await app.addComposeHash(composeHash);
  return { cvm, token, composeHash };
}

describe('before the effect', () => {
  test.each<[string, MadeUpAnswer, unknown]>([
    ['a rate limit', { status: 429, headers: { 'retry-after': '2' } }, { detail: 'Too Many Requests' }],
    ['a server error', { status: 500, body: { detail: 'Internal Server Error' } }, { detail: 'Internal Server Error' }],
    ['an HTML page', { status: 503, body: '<html>', headers: { 'content-type': 'text/html' } }, '<html>'],
    ['broken JSON', { status: 202, body: '{"correlation_id": "co' }, '{"correlation_id": "co'],
  ])('%s is answered once, and nothing takes effect', async (_name, answer, body) => {
    const { cvm, token } = await prepared();
    world.simulator.faults.add({ endpoint: 'commitUpdate', what: { kind: 'answer', ...answer } });
    const reply = await world.commit(cvm, { token });
    expect(reply).toMatchObject({ status: answer.status, body });
    expect(reply.headers.get('retry-after')).toBe(answer.headers?.['retry-after'] ?? null);
    expect(cvm.commits).toEqual([]);
    expect(await world.commit(cvm, { token })).toMatchObject({ status: 202 });
    expect(cvm.commits).toHaveLength(1);
  });

  test('a reset before the effect: no answer, no commit', async () => {
    const { cvm, token } = await prepared();
    world.simulator.faults.add({ cvm: cvm.vmUuid, what: { kind: 'reset' } });
    await expect(world.commit(cvm, { token })).rejects.toThrow('fetch failed');
    expect(cvm.commits).toEqual([]);
    expect(world.simulator.ledger.requests.at(-1)).toMatchObject({ status: 'reset', outcome: undefined });
  });

  test('silence: the caller has to give up by itself', async () => {
    const { cvm } = await prepared();
    world.simulator.faults.add({ endpoint: 'getCvm', what: { kind: 'hang' } });
    const { origin, apiKey } = world.simulator;
    const request = fetch(`${origin}/api/v1/cvms/${cvm.vmUuid}`, {
      headers: { 'x-api-key': apiKey },
      signal: AbortSignal.timeout(100),
    });
    await expect(request).rejects.toThrow(/timeout/);
  });

  test('a delayed request takes effect, even when the caller has gone', async () => {
    const { cvm, token } = await prepared();
    const what = { kind: 'delay', milliseconds: 1_500 } as const;
    const held = world.simulator.faults.add({ endpoint: 'commitUpdate', what });
    const path = `${world.simulator.url}/cvms/${cvm.vmUuid}/commit-update?token=${token}`;
    const caller = new AbortController();
    const gone = expect(fetch(path, { method: 'POST', signal: caller.signal })).rejects.toThrow();
    // Not before it has arrived.
    await expect.poll(() => held.used, { timeout: 10_000, interval: 20 }).toBe(1);
    caller.abort();
    await gone;
    expect(cvm.commits).toEqual([]);
    await expect.poll(() => cvm.commits.length, { timeout: 10_000 }).toBe(1);
  });
});

describe('the request takes effect and the reply is lost', () => {
  test.each([
    ['by a reset', 'reset'],
    ['in the middle of the body', 'cutBody'],
  ] as const)('%s: one effective commit, and the second try is a 466', async (_name, by) => {
    const { cvm, token, composeHash } = await prepared();
    world.simulator.faults.add({ endpoint: 'commitUpdate', what: { kind: 'loseReply', by } });
    await expect(world.commit(cvm, { token })).rejects.toThrow();
    expect(cvm.commits).toMatchObject([{ via: 'token', composeHash }]);
    expect(await world.commit(cvm, { token })).toMatchObject({ status: 466 });
    expect(cvm.commits).toHaveLength(1);
  });

  test('behind the 502 of a gateway', async () => {
    const { cvm, token } = await prepared();
    world.simulator.faults.add({ endpoint: 'commitUpdate', what: { kind: 'loseReply', by: { status: 502 } } });
    expect(await world.commit(cvm, { token })).toMatchObject({ status: 502, body: { detail: 'Bad Gateway' } });
    expect(cvm.commits).toHaveLength(1);
    expect(world.simulator.ledger.requests.at(-1)).toMatchObject({ status: 502, outcome: 202 });
  });

  test('a prepare whose reply is lost has superseded the token before it', async () => {
    const { cvm, token } = await prepared();
    world.simulator.faults.add({ endpoint: 'patchCvm', what: { kind: 'loseReply', by: 'reset' } });
    await expect(world.prepare(cvm, { docker_compose_file: composeFile('2') })).rejects.toThrow();
    expect(await world.commit(cvm, { token })).toMatchObject({ status: 466 });
  });

  test('the rule waits for a request that does take effect', async () => {
    const { cvm, token } = await prepared();
    const fault = world.simulator.faults.add({ endpoint: 'commitUpdate', what: { kind: 'loseReply', by: 'reset' } });
    expect(await world.commit(cvm, { token: 'wrong' })).toMatchObject({ status: 466 });
    expect(fault).toMatchObject({ used: 0, remaining: 1 });
    await expect(world.commit(cvm, { token })).rejects.toThrow();
    expect(fault).toMatchObject({ used: 1, remaining: 0 });
  });
});

test('an operation can be made to fail', async () => {
  const { cvm, token, composeHash } = await prepared();
  const message = 'CVM 82: image pull failed';
  world.simulator.faults.add({ cvm: cvm.vmUuid, what: { kind: 'operationFails', message } });
  expect(await world.commit(cvm, { token })).toMatchObject({ status: 202 });
  await world.finishOperation();
  expect(cvm).toMatchObject({ status: 'error', bootError: message, composeHash });
  expect(cvm.bootedComposeHash).not.toBe(composeHash);
});

test('an answer can drift from its schema', async () => {
  const { cvm } = await prepared();
  world.simulator.faults.add({
    endpoint: 'getCvm',
    what: { kind: 'alterBody', set: { status: 'hibernating' }, remove: ['compose_hash'] },
  });
  const { body } = await world.get(`/cvms/${cvm.vmUuid}`);
  expect(body).toMatchObject({ status: 'hibernating' });
  expect(body).not.toHaveProperty('compose_hash');
});

describe('which requests a rule is for', () => {
  test('by endpoint, CVM, headers and predicate; others are left alone', async () => {
    const first = await prepared();
    const second = await prepared();
    const { faults } = world.simulator;
    faults.add({ cvm: first.cvm.vmUuid, endpoint: 'getCvm', what: { kind: 'answer', status: 500 } });
    faults.add({
      endpoint: 'patchCvm',
      headers: { 'x-compose-hash': null, 'x-prepare-only': 'true' },
      what: { kind: 'answer', status: 501 },
    });
    faults.add({
      when: ({ body }) => body?.includes('"vcpu"') === true,
      what: { kind: 'answer', status: 502 },
    });
    expect((await world.get(`/cvms/${second.cvm.vmUuid}`)).status).toBe(200);
    expect((await world.get(`/cvms/${first.cvm.appId}`)).status, 'under any of its ids').toBe(500);
    expect((await world.patch(second.cvm, { public_logs: false })).status).toBe(465);
    expect((await world.patch(second.cvm, { public_logs: false }, { 'x-prepare-only': 'true' })).status).toBe(501);
    expect((await world.patch(second.cvm, { vcpu: 3 })).status).toBe(502);
  });

  test('for a number of requests, or for all', async () => {
    const { cvm } = await prepared();
    const get = async () => (await world.get(`/cvms/${cvm.vmUuid}`)).status;
    const twice = world.simulator.faults.add({ endpoint: 'getCvm', times: 2, what: { kind: 'answer', status: 500 } });
    expect([await get(), await get(), await get()]).toEqual([500, 500, 200]);
    expect(twice).toMatchObject({ used: 2, remaining: 0 });
    const always = world.simulator.faults.add({
      endpoint: 'getCvm',
      times: null,
      what: { kind: 'answer', status: 503 },
    });
    expect([await get(), await get(), await get()]).toEqual([503, 503, 503]);
    world.simulator.faults.remove(always.id);
    expect(await get()).toBe(200);
  });
});
