import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Simulator, startSimulator } from '../startSimulator.js';
import { callApi } from '../testing/callApi.js';
import { schemaProblems } from '../testing/openapi/schemaProblems.js';

let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ rpcUrls: {} });
});

afterAll(() => simulator.close());

const get = (path: string) => callApi(simulator, 'GET', `/workspaces${path}`);

const metric = z.object({ limit: z.number(), remaining: z.number() });
const quotasSchema = z.object({
  quotas: z.object({ vm_slots: metric, vcpu: metric, memory_mb: metric, disk_gb: metric }),
});

test('there is one workspace, found by its slug', async () => {
  const { body } = await get('');
  expect(schemaProblems('WorkspacesListResponse', body)).toEqual([]);
  const one = await get('/local-team');
  expect(schemaProblems('WorkspaceResponse', one.body)).toEqual([]);
  expect(body).toEqual({ data: [one.body], pagination: { has_more: false, next_cursor: null, total: 1 } });
  expect(one.body).toMatchObject({ slug: 'local-team' });
  expect(await get('/elsewhere')).toMatchObject({ status: 404, body: { detail: 'Workspace not found' } });
});

test('quotas are the limits less what the CVMs have', async () => {
  const used = async () => {
    const { body } = await get('/local-team/quotas');
    expect(schemaProblems('WorkspaceQuotasResponse', body)).toEqual([]);
    const { vm_slots, vcpu, memory_mb, disk_gb } = quotasSchema.parse(body).quotas;
    return [vm_slots, vcpu, memory_mb, disk_gb].map(({ limit, remaining }) => limit - remaining);
  };
  expect(await used()).toEqual([0, 0, 0, 0]);
  const size = { vcpu: 4, memoryInMb: 8192, diskInGb: 100 };
  simulator.addCvm({ name: 'app', dockerComposeFile: 'services: {}', kms: { kind: 'phala' }, ...size });
  expect(await used()).toEqual([1, 4, 8192, 100]);
  expect((await get('/elsewhere/quotas')).status).toBe(404);
});
