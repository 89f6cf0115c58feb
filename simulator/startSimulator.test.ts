import { expect, test } from 'vitest';
import { startSimulator } from './startSimulator.js';

const APP = '0x09cef33ca9c6e4f2b1d5a7c3e8f0b2a4d6e8f1c3';
const DEFINITION = { name: 'payments', dockerComposeFile: 'services: {}' };
/** Port 9 is "discard": nothing listens there. */
const DEAD_RPC = 'http://127.0.0.1:9';

test('close cuts what is open and lets nothing scheduled happen', async () => {
  const simulator = await startSimulator({ rpcUrls: {}, operationSeconds: 3 });
  const cvm = simulator.addCvm({ ...DEFINITION, kms: { kind: 'phala' } });
  const headers = { 'x-api-key': simulator.apiKey };
  await fetch(`${simulator.url}/cvms/${cvm.vmUuid}`, { method: 'PATCH', headers, body: '{"vcpu":4}' });
  simulator.faults.add({ endpoint: 'getCurrentUser', what: { kind: 'hang' } });
  const open = expect(fetch(`${simulator.url}/auth/me`, { headers })).rejects.toThrow('fetch failed');
  await expect.poll(() => simulator.ledger.requests.length, { timeout: 10_000 }).toBe(2);
  await simulator.close();
  await open;
  await new Promise((resolve) => setTimeout(resolve, 3_100));
  expect(cvm.inProgress).toBe(true);
});

test('while the chain does not answer, reading goes on, and what needs the chain is a 503 without effect', async () => {
  const simulator = await startSimulator({ rpcUrls: { 31337: DEAD_RPC } });
  const kms = { kind: 'onchain', chainId: 31337, appContract: APP } as const;
  const cvm = simulator.addCvm({ ...DEFINITION, kms });
  const headers = { 'x-api-key': simulator.apiKey };
  const path = `${simulator.url}/cvms/${cvm.vmUuid}`;
  expect((await fetch(path, { headers })).status).toBe(200);
  const prepare = await fetch(path, { method: 'PATCH', headers, body: '{"public_logs":false}' });
  expect(prepare.status).toBe(503);
  expect(simulator.ledger.preparations).toEqual([]);
  expect((await fetch(`${simulator.url}/apps/${APP}/kms-info`, { headers })).status).toBe(503);
  await simulator.close();
});

test('a boot fails while the chain does not answer', async () => {
  const simulator = await startSimulator({ rpcUrls: { 31337: DEAD_RPC } });
  const kms = { kind: 'onchain', chainId: 31337, appContract: APP } as const;
  const cvm = simulator.addCvm({ ...DEFINITION, kms });
  const headers = { 'x-api-key': simulator.apiKey };
  await fetch(`${simulator.url}/cvms/${cvm.vmUuid}`, { method: 'PATCH', headers, body: '{"vcpu":4}' });
  await simulator.clock.advance(2_000);
  expect(cvm).toMatchObject({ status: 'error', bootError: expect.stringContaining('cannot read the chain') });
  await simulator.close();
});

test('host, port and key can be given, and an unknown path is FastAPI’s 404', async () => {
  const first = await startSimulator({ rpcUrls: {}, apiKey: 'phak_given', host: '127.0.0.1' });
  expect(first).toMatchObject({ apiKey: 'phak_given', url: `${first.origin}/api/v1` });
  const unknown = await fetch(`${first.url}/nowhere`);
  expect([unknown.status, await unknown.json()]).toEqual([404, { detail: 'Not Found' }]);
  await first.close();
  const port = Number(new URL(first.origin).port);
  const second = await startSimulator({ rpcUrls: {}, port });
  expect(second.origin).toBe(first.origin);
  await second.close();
});

test('offline, nobody reaches it and what it was doing takes effect; back on its port it knows everything', async () => {
  const simulator = await startSimulator({ rpcUrls: {} });
  const cvm = simulator.addCvm({ ...DEFINITION, kms: { kind: 'phala' } });
  const headers = { 'x-api-key': simulator.apiKey };
  const path = `${simulator.url}/cvms/${cvm.vmUuid}`;
  simulator.faults.add({ endpoint: 'patchCvm', what: { kind: 'delay', milliseconds: 2_000 } });
  const underWay = fetch(path, { method: 'PATCH', headers, body: '{"vcpu":4}' });
  const lost = expect(underWay).rejects.toThrow('fetch failed');
  await expect.poll(() => simulator.faults.list()[0]?.used, { timeout: 10_000, interval: 20 }).toBe(1);
  const goOnline = await simulator.goOffline();
  await lost;
  await expect(fetch(path, { headers })).rejects.toThrow('fetch failed');
  await expect.poll(() => cvm.commits.length, { timeout: 10_000 }).toBe(1);
  await goOnline();
  expect((await fetch(path, { headers })).status).toBe(200);
  await simulator.close();
});
