import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SimulatedCvm } from '../simulatedCvm.js';
import { type Simulator, startSimulator } from '../startSimulator.js';

let simulator: Simulator;
let cvm: SimulatedCvm;

beforeAll(async () => {
  simulator = await startSimulator({ rpcUrls: {}, operationSeconds: 8 });
  cvm = simulator.addCvm({ name: 'offchain', dockerComposeFile: 'services: {}', kms: { kind: 'phala' } });
  for (const update of [{ vcpu: 4 }, { public_logs: false }, { image: 'dstack-0.6.0' }, { vcpu: 8 }]) {
    await patch(update);
    await simulator.clock.advance(60_000);
  }
});

afterAll(() => simulator.close());

async function patch(update: object): Promise<void> {
  const response = await fetch(`${simulator.url}/cvms/${cvm.vmUuid}`, {
    method: 'PATCH',
    headers: { 'x-api-key': simulator.apiKey },
    body: JSON.stringify(update),
  });
  expect(response.status).toBe(202);
}

interface Page {
  readonly items: readonly { correlation_id: string; operation_type: string; started_at: string }[];
  readonly next_cursor: string | null;
  readonly total: number;
}

async function operations(query = ''): Promise<Page> {
  const response = await fetch(`${simulator.url}/cvms/${cvm.vmUuid}/operations${query}`, {
    headers: { 'x-api-key': simulator.apiKey },
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Page; // what the test is about: a wrong shape fails below
}

test('operations come newest first, with all that OpenAPI asks for', async () => {
  const { items, next_cursor, total } = await operations();
  expect(items.map(({ operation_type }) => operation_type)).toEqual([
    'resize',
    'os_image_update',
    'compose_update',
    'resize',
  ]);
  expect({ next_cursor, total }).toEqual({ next_cursor: null, total: 4 });
  expect(items[0]).toMatchObject({
    correlation_id: cvm.commits.at(-1)?.correlationId,
    target_state: 'running',
    status: 'completed',
    duration_ms: 8_000,
    error_message: null,
    sub_operations: ['resize', 'power_off', 'power_on'],
    instance_name: 'offchain',
  });
});

test('the cursor leads through all of them, one by one', async () => {
  const seen: string[] = [];
  let cursor: string | null = '';
  do {
    const page: Page = await operations(`?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
    seen.push(...page.items.map(({ correlation_id }) => correlation_id));
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(seen).toEqual(cvm.commits.map(({ correlationId }) => correlationId).reverse());
});

test('filters by type and by start', async () => {
  expect((await operations('?operation_types=resize')).total).toBe(2);
  expect((await operations('?operation_types=resize&operation_types=compose_update')).total).toBe(3);
  const third = (await operations()).items[1]?.started_at ?? '';
  expect((await operations(`?start_time=${third}`)).total).toBe(1);
  expect((await operations(`?end_time=${third}`)).total).toBe(2);
});

test.each([
  ['limit=0', 'greater_than_equal'],
  ['limit=501', 'less_than_equal'],
  ['limit=ten', 'int_parsing'],
  ['start_time=yesterday', 'datetime_from_date_parsing'],
])('%s is a 422', async (query, type) => {
  const response = await fetch(`${simulator.url}/cvms/${cvm.vmUuid}/operations?${query}`, {
    headers: { 'x-api-key': simulator.apiKey },
  });
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ detail: [{ type, loc: ['query', query.split('=')[0]] }] });
});

test('the time line grows while an operation runs', async () => {
  await patch({ vcpu: 2 });
  const events = async () => (await operations('?limit=1')).items[0];
  expect(await events()).toMatchObject({ status: 'in_progress', completed_at: null, events: { length: 1 } });
  await simulator.clock.advance(5_000);
  expect(await events()).toMatchObject({ status: 'in_progress', events: { length: 4 } });
  await simulator.clock.advance(5_000);
  expect(await events()).toMatchObject({ status: 'completed', events: { length: 6 } });
});
