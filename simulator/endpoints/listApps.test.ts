import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SimulatedCvm } from '../simulatedCvm.js';
import { type Simulator, startSimulator } from '../startSimulator.js';
import { callApi, type Reply } from '../testing/callApi.js';
import { schemaProblems } from '../testing/openapi/schemaProblems.js';

let simulator: Simulator;
let payments: SimulatedCvm;
let replica: SimulatedCvm;
let ledger: SimulatedCvm;

beforeAll(async () => {
  simulator = await startSimulator({ rpcUrls: {} });
  const kms = { kind: 'phala' } as const;
  payments = simulator.addCvm({ name: 'payments', dockerComposeFile: 'services: {}', kms });
  ledger = simulator.addCvm({
    name: 'ledger',
    dockerComposeFile: 'services: {}',
    kms,
    nodeId: 2,
    vcpu: 8,
    memoryInMb: 16_384,
  });
  await callApi(simulator, 'POST', `/cvms/${payments.vmUuid}/replicas`, { node_id: 2 });
  [, , replica = payments] = simulator.cvms();
});

afterAll(() => simulator.close());

const get = (path: string, version = '2026-01-21'): Promise<Reply> =>
  callApi(simulator, 'GET', path, undefined, { 'x-phala-version': version });

describe('GET /apps', () => {
  test.each([
    ['2025-10-28', 'teehouse__api__routes__apps__v20251028__schemas__DstackAppListResponse'],
    ['2026-01-21', 'teehouse__api__routes__apps__v20260121__schemas__DstackAppListResponse'],
  ])('has the shape of version %s', async (version, schema) => {
    const { status, body } = await get('/apps', version);
    // in_progress is the newer server's; the document that the schemas are from has it in details only.
    expect([status, schemaProblems(schema, body).filter((problem) => !problem.includes('in_progress'))]).toEqual([
      200,
      [],
    ]);
    expect(body).toMatchObject({ total: 2, total_pages: 1, page: 1, page_size: 20 });
  });

  test('has one entry for an app, with the newest of its CVMs in front: `phala cvms list` shows no other', async () => {
    const { body } = await get('/apps?page_size=1');
    expect(body).toMatchObject({
      total: 2,
      total_pages: 2,
      dstack_apps: [
        {
          name: 'payments',
          app_id: payments.appId.slice(2),
          cvm_count: 2,
          current_cvm: { vm_uuid: replica.vmUuid },
          cvms: [{ vm_uuid: payments.vmUuid }, { vm_uuid: replica.vmUuid }],
        },
      ],
    });
  });

  test.each([
    ['search=LEDG', ['ledger']],
    ['status=starting&status=stopped', ['payments']],
    ['listed=true', []],
    ['listed=false', ['payments', 'ledger']],
    ['base_image=dstack-0.5.5', ['payments', 'ledger']],
    ['instance_type=tdx.large', ['ledger']],
    ['kms_slug=phala-prod1&kms_type=base', []],
    ['node=simulator-1', ['payments']],
    ['region=local-2', ['payments', 'ledger']],
  ])('%s', async (query, names) => {
    const { body } = await get(`/apps?${query}`);
    const { dstack_apps: apps } = body as { dstack_apps: { name: string }[] }; // the shape is tested above
    expect(apps.map(({ name }) => name)).toEqual(names);
  });
});

test('one app, its CVMs, and what to filter by', async () => {
  expect(await get(`/apps/${ledger.appId}`)).toMatchObject({ body: { name: 'ledger', cvm_count: 1 } });
  expect(await get(`/apps/app_${payments.appId.slice(2)}/cvms`)).toMatchObject({
    body: [
      { vm_uuid: payments.vmUuid, node_info: { id: 1 } },
      { vm_uuid: replica.vmUuid, node_info: { id: 2, region: 'local-2' } },
    ],
  });
  expect(await get('/apps/filter-options')).toMatchObject({
    body: {
      statuses: ['running', 'starting'],
      nodes: ['simulator-1', 'simulator-2'],
      instance_types: ['tdx.small', 'tdx.large'],
    },
  });
  for (const path of ['', '/cvms']) {
    expect(await get(`/apps/${'12'.repeat(20)}${path}`)).toMatchObject({
      status: 404,
      body: { detail: 'App not found' },
    });
  }
});
