import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../startSimulator.js';
import { callApi } from '../testing/callApi.js';
import { schemaProblems } from '../testing/openapi/schemaProblems.js';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ rpcUrls: {} });
});

afterAll(() => simulator.close());

const get = (path: string) => callApi(simulator, 'GET', path);

test('every configuration that the CVMs of an app were given, newest first, page by page', async () => {
  const cvm = simulator.addCvm({ name: 'app', dockerComposeFile: 'services: {}', kms: { kind: 'phala' } });
  const first = cvm.composeHash;
  await callApi(simulator, 'PATCH', `/cvms/${cvm.vmUuid}`, { public_logs: false });
  const { status, body } = await get(`/apps/${cvm.appId}/revisions`);
  expect(status).toBe(200);
  expect(schemaProblems('AppRevisionsResponse', body)).toEqual([]);
  expect(body).toMatchObject({
    revisions: [
      { operation_type: 'update', compose_hash: cvm.composeHash.slice(2), vm_uuid: cvm.vmUuid },
      { operation_type: 'deploy', compose_hash: first.slice(2), vm_uuid: cvm.vmUuid },
    ],
    total: 2,
    page: 1,
    page_size: 50,
    total_pages: 1,
  });
  const second = (await get(`/apps/${cvm.appId}/revisions?page=2&page_size=1`)).body;
  expect(second).toMatchObject({ revisions: [{ operation_type: 'deploy' }], total: 2, page: 2, total_pages: 2 });
});

test('an app that is not there', async () => {
  expect(await get(`/apps/${'ab'.repeat(20)}/revisions`)).toMatchObject({
    status: 404,
    body: { detail: 'App not found' },
  });
});
