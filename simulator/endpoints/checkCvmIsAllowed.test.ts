import { expect, test } from 'vitest';
import { startSimulator } from '../startSimulator.js';
import { schemaProblems } from '../testing/openapi/schemaProblems.js';
import { useSimulatorOnChain } from '../testing/simulatorOnChain.js';

const world = useSimulatorOnChain();

/** A hash or device that no contract knows, and an address without a contract. */
const OTHER = `0x${'ab'.repeat(32)}` as const;
const NO_CONTRACT = `0x${'ab'.repeat(20)}` as const;

test('a CVM is asked about as it is, or with another hash, device or node', async () => {
  const { cvm, app } = await world.addOnChainCvm();
  const check = async (body?: object) => (await world.request('POST', `/cvms/${cvm.vmUuid}/is-allowed`, body)).body;
  const allowed = await check({});
  expect(allowed).toEqual({
    cvm_id: cvm.number,
    app_contract_address: app.address,
    compose_hash: cvm.composeHash,
    device_id: cvm.deviceId,
    compose_hash_allowed: true,
    allow_any_device: false,
    device_id_allowed: true,
    is_allowed: true,
    error: null,
  });
  expect(schemaProblems('IsAllowedResponse', allowed)).toEqual([]);
  expect(await check()).toEqual(allowed);
  expect(await check({ compose_hash: OTHER.slice(2) })).toMatchObject({ compose_hash: OTHER, is_allowed: false });
  expect(await check({ device_id: OTHER })).toMatchObject({ device_id_allowed: false, is_allowed: false });
  expect(await check({ node_id: 2 })).toMatchObject({ compose_hash_allowed: true, is_allowed: false });
  expect(await check({ node_id: 99 })).toEqual({ detail: 'Node not found' });
  await app.setAllowAnyDevice(true);
  expect(await check({ device_id: OTHER })).toMatchObject({
    allow_any_device: true,
    device_id_allowed: false,
    is_allowed: true,
  });
});

test('from version 2026-05-22 on, CVMs are named by their hash ids', async () => {
  const { cvm, app } = await world.addOnChainCvm();
  const version = { 'x-phala-version': '2026-05-22' };
  const { body } = await world.request('POST', `/cvms/${cvm.vmUuid}/is-allowed`, {}, version);
  expect(body).toMatchObject({ cvm_id: cvm.hashId });
  expect((await world.get(`/apps/${app.address}/device-allowlist`, version)).body).toMatchObject({
    devices: [{ cvm_ids: [cvm.hashId] }],
  });
});

test('an app is asked about with any hash, on the device of its CVM or another one', async () => {
  const { cvm, app } = await world.addOnChainCvm();
  const check = async (appId: string, body: object) =>
    (await world.request('POST', `/apps/${appId}/is-allowed`, body)).body;
  const allowed = await check(app.address, { compose_hash: cvm.composeHash });
  expect(allowed).toMatchObject({ device_id: cvm.deviceId, device_id_allowed: true, is_allowed: true });
  expect(schemaProblems('AppIsAllowedResponse', allowed)).toEqual([]);
  expect(await check(app.address, { compose_hash: cvm.composeHash, device_id: OTHER })).toMatchObject({
    is_allowed: false,
  });
  cvm.remove();
  expect(await check(app.address, { compose_hash: cvm.composeHash })).toEqual({ detail: 'App not found' });
  const byChain = await check(app.address, { compose_hash: cvm.composeHash, chain_id: world.chain.chainId });
  expect(byChain).toMatchObject({
    compose_hash_allowed: true,
    device_id: '',
    device_id_allowed: null,
    is_allowed: false,
  });
  const nowhere = await check(NO_CONTRACT, { compose_hash: OTHER, chain_id: world.chain.chainId });
  expect(nowhere).toMatchObject({ is_allowed: false, error: 'The app contract does not answer.' });
});

test('all CVMs of an app are asked about at once', async () => {
  const { cvm, app } = await world.addOnChainCvm();
  const kms = { kind: 'onchain', chainId: world.chain.chainId, appContract: app.address } as const;
  const elsewhere = world.simulator.addCvm({ name: 'two', dockerComposeFile: 'services: {}', kms, nodeId: 2 });
  const { body } = await world.request('POST', `/apps/${app.address}/cvms/is-allowed`, {});
  expect(body).toMatchObject({
    is_onchain: true,
    results: [
      { cvm_id: cvm.number, is_allowed: true },
      { cvm_id: elsewhere.number, compose_hash_allowed: false, device_id_allowed: false, is_allowed: false },
    ],
    total: 2,
    allowed_count: 1,
    denied_count: 1,
    error_count: 0,
    skipped_cvm_ids: [],
  });
  expect(schemaProblems('AppCvmsBatchIsAllowedResponse', body)).toEqual([]);
});

test('the device allowlist has the devices of the app’s CVMs', async () => {
  const { cvm, app } = await world.addOnChainCvm();
  const kms = { kind: 'onchain', chainId: world.chain.chainId, appContract: app.address } as const;
  const elsewhere = world.simulator.addCvm({ name: 'two', dockerComposeFile: 'services: {}', kms, nodeId: 2 });
  const list = async () => (await world.get(`/apps/${app.address}/device-allowlist`)).body;
  const before = await list();
  expect(before).toEqual({
    is_onchain_kms: true,
    allow_any_device: false,
    chain_id: world.chain.chainId,
    app_contract_address: app.address,
    devices: [
      {
        device_id: cvm.deviceId,
        node_name: 'simulator-1',
        cvm_ids: [cvm.number],
        allowed_onchain: true,
        status: 'allowed',
      },
      {
        device_id: elsewhere.deviceId,
        node_name: 'simulator-2',
        cvm_ids: [elsewhere.number],
        allowed_onchain: false,
        status: 'not_allowed',
      },
    ],
  });
  expect(schemaProblems('DeviceAllowlistResponse', before)).toEqual([]);
  await app.setAllowAnyDevice(true);
  expect(await list()).toMatchObject({
    allow_any_device: true,
    devices: [{ status: 'allowed' }, { allowed_onchain: false, status: 'allowed' }],
  });
});

test('without on-world.chain KMS there is nothing to ask', async () => {
  const cvm = world.addPhalaCvm();
  const answers = await Promise.all([
    world.request('POST', `/cvms/${cvm.vmUuid}/is-allowed`, {}),
    world.request('POST', `/apps/${cvm.appId}/is-allowed`, { compose_hash: OTHER }),
    world.request('POST', `/apps/${cvm.appId}/cvms/is-allowed`, {}),
    world.get(`/apps/${cvm.appId}/device-allowlist`),
  ]);
  expect(answers).toMatchObject([
    { status: 400 },
    { status: 400 },
    { status: 200, body: { is_onchain: false, results: [], total: 0, skipped_cvm_ids: [cvm.number] } },
    { status: 200, body: { is_onchain_kms: false, devices: [] } },
  ]);
});

test('a world.chain that does not answer is an error of that check, not of the request', async () => {
  // Port 9 is "discard": nothing listens there.
  const simulator = await startSimulator({ rpcUrls: { 31337: 'http://127.0.0.1:9' } });
  const kms = { kind: 'onchain', chainId: 31337, appContract: NO_CONTRACT } as const;
  const cvm = simulator.addCvm({ name: 'app', dockerComposeFile: 'services: {}', kms });
  const response = await fetch(`${simulator.url}/apps/${cvm.appId}/cvms/is-allowed`, {
    method: 'POST',
    headers: { 'x-api-key': simulator.apiKey },
  });
  expect(await response.json()).toMatchObject({
    results: [{ is_allowed: false, error: 'Chain 31337 does not answer.' }],
    allowed_count: 0,
    denied_count: 0,
    error_count: 1,
  });
  await simulator.close();
});
