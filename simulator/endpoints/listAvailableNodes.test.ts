import { afterAll, beforeAll, expect, test } from 'vitest';
import { deviceIdOf } from '../appComposeHash.js';
import { type Simulator, startSimulator } from '../startSimulator.js';
import { callApi, type Reply } from '../testing/callApi.js';
import { schemaProblems } from '../testing/openapi/schemaProblems.js';

const KMS_CONTRACT = '0x2f83172a49584c017f2b256f0fb2dca14126ba9c';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ rpcUrls: {}, kmsContracts: { 8453: KMS_CONTRACT } });
});

afterAll(() => simulator.close());

const get = (path: string): Promise<Reply> => callApi(simulator, 'GET', path);

test('by default there are two nodes, with different devices and regions', () => {
  expect(simulator.nodes).toMatchObject([
    { id: 1, name: 'simulator-1', region: 'local', deviceId: deviceIdOf({}) },
    { id: 2, name: 'simulator-2', region: 'local-2', deviceId: deviceIdOf({ nodeId: 2 }) },
  ]);
  expect(deviceIdOf({})).not.toBe(deviceIdOf({ nodeId: 2 }));
});

test('a node tells what is left of it, its device, images and KMS', async () => {
  simulator.addNode({
    id: 7,
    name: 'small',
    vcpu: 10,
    memoryInMb: 8192,
    diskInGb: 100,
    slots: 4,
    kms: ['phala-prod1'],
  });
  simulator.addCvm({ name: 'tenant', dockerComposeFile: 'services: {}', kms: { kind: 'phala' }, nodeId: 7, vcpu: 4 });
  const { status, body } = await get('/teepods/available');
  expect([status, schemaProblems('TierCapacity', body)]).toEqual([200, []]);
  expect(body).toMatchObject({
    nodes: [
      { teepod_id: 1, support_onchain_kms: true, kms_list: { length: 2 } },
      { teepod_id: 2, device_id: deviceIdOf({ nodeId: 2 }).slice(2) },
      {
        teepod_id: 7,
        name: 'small',
        remaining_vcpu: 6,
        remaining_memory: 4096,
        remaining_disk: 60,
        remaining_cvm_slots: 3,
        support_onchain_kms: false,
        kms_list: ['phala-prod1'],
        images: [
          { name: 'dstack-0.5.5', is_dev: false, version: [0, 5, 5] },
          { name: 'dstack-dev-0.5.5', is_dev: true },
        ],
      },
    ],
    kms_list: [{ slug: 'phala-prod1' }, { chain_id: 8453, kms_contract_address: KMS_CONTRACT }],
  });
});

test('the nodes of the workspace come in pages; another workspace is a 404', async () => {
  const { body } = await get('/workspaces/local-team/nodes?page=2&page_size=1');
  expect(schemaProblems('PaginatedWorkspaceNodesResponse', body)).toEqual([]);
  expect(body).toMatchObject({ items: [{ id: 2, name: 'simulator-2', status: 'ONLINE' }], page: 2 });
  expect(await get('/workspaces/elsewhere/nodes')).toMatchObject({ status: 404 });
});

test('the KMS contracts of a chain, known from the start', async () => {
  const { status, body } = await get('/kms/on-chain/base');
  expect([status, schemaProblems('OnChainKmsResponse', body)]).toEqual([200, []]);
  expect(body).toMatchObject({
    chain_id: 8453,
    contracts: [{ contract_address: KMS_CONTRACT, devices: { length: 2 } }],
  });
  expect(await get('/kms/on-chain/ethereum')).toMatchObject({ body: { chain_id: 1, contracts: [] } });
  expect(await get('/kms/on-chain/solana')).toMatchObject({ status: 400, body: { detail: 'Unsupported chain name' } });
});

test('a CVM on a chain without a KMS contract of its own goes to the one that is known', () => {
  const kms = { kind: 'onchain', chainId: 8453, appContract: '0x09cef33ca9c6e4f2b1d5a7c3e8f0b2a4d6e8f1c3' } as const;
  const cvm = simulator.addCvm({ name: 'tenant', dockerComposeFile: 'services: {}', kms });
  expect(cvm.kmsSlug).toBe(`kms-8453-${KMS_CONTRACT.slice(2, 8)}`);
});

test('a CVM can only be added on a node that is there, and a node only once', () => {
  const definition = { name: 'lost', dockerComposeFile: 'services: {}', kms: { kind: 'phala' } } as const;
  expect(() => simulator.addCvm({ ...definition, nodeId: 99 })).toThrow('There is no node 99.');
  expect(() => simulator.addNode({ id: 1 })).toThrow('There is a node 1 already.');
});
