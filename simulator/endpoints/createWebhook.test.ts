import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Simulator, startSimulator } from '../startSimulator.js';
import { callApi } from '../testing/callApi.js';
import { schemaProblems } from '../testing/openapi/schemaProblems.js';
import { startWebhookReceiver, type WebhookReceiver } from '../testing/webhookReceiver.js';

let simulator: Simulator;
let receiver: WebhookReceiver;

beforeAll(async () => {
  simulator = await startSimulator({ rpcUrls: {} });
  receiver = await startWebhookReceiver();
});

afterAll(async () => {
  receiver.close();
  await simulator.close();
});

const request = (method: string, path = '', body?: object) =>
  callApi(simulator, method, `/workspace/webhooks${path}`, body);

const EVENTS = ['cvm.updated', 'cvm.update.pending_approval'];

const webhookSchema = z.looseObject({ id: z.string(), secret: z.string() });

async function create(more: object = {}) {
  return webhookSchema.parse((await request('POST', '', { url: receiver.url, events: EVENTS, ...more })).body);
}

const eventSchema = z.object({ event_id: z.string(), original_event_id: z.string().optional() });

/** Sends a test event and gives its id. */
async function sendTest(id: string): Promise<string> {
  return eventSchema.parse((await request('POST', `/${id}/test`)).body).event_id;
}

test('a webhook is created with a secret that is shown this once, and masked ever after', async () => {
  const created = await request('POST', '', { url: receiver.url, events: EVENTS, name: 'My Hook' });
  expect(created).toMatchObject({
    status: 201,
    body: { url: receiver.url, events: EVENTS, name: 'My Hook', enabled: true },
  });
  expect(schemaProblems('WebhookResponse', created.body)).toEqual([]);
  const webhook = webhookSchema.parse(created.body);
  expect(webhook.secret).toMatch(/^whsec_[\w-]{43}$/);
  const seen = await request('GET', `/${webhook.id}`);
  expect(seen.body).toEqual({ ...webhook, secret: `whsec_****...${webhook.secret.slice(-4)}` });
  expect((await request('GET')).body).toContainEqual(seen.body);
});

test('a secret of one’s own is taken', async () => {
  expect((await create({ secret: 'mine' })).secret).toBe('mine');
});

test('a webhook can be changed field by field, and deleted', async () => {
  const { id } = await create({ name: 'before' });
  expect(await request('PUT', `/${id}`, { enabled: false })).toMatchObject({
    status: 200,
    body: { enabled: false, name: 'before', events: EVENTS },
  });
  expect((await request('PUT', `/${id}`, { name: null, events: ['cvm.deleted'] })).body).toMatchObject({
    name: null,
    events: ['cvm.deleted'],
    enabled: false,
  });
  expect(await request('DELETE', `/${id}`)).toMatchObject({ status: 204, body: '' });
  const gone = ['GET', 'PUT', 'DELETE'].map((method) => request(method, `/${id}`, method === 'PUT' ? {} : undefined));
  expect((await Promise.all(gone)).map(({ status }) => status)).toEqual([404, 404, 404]);
});

test('unknown events, none at all and a name that is too long are a 422', async () => {
  const bodies = [
    { url: receiver.url, events: ['cvm.exploded'] },
    { url: receiver.url, events: [] },
    { url: receiver.url },
    { url: receiver.url, events: EVENTS, name: 'n'.repeat(101) },
  ];
  const answers = await Promise.all(bodies.map((body) => request('POST', '', body)));
  expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422]);
  expect(answers.flatMap(({ body }) => schemaProblems('HTTPValidationError', body))).toEqual(
    expect.not.arrayContaining([expect.stringContaining('missing')]),
  );
});

test('a URL is public and HTTPS, or this machine', async () => {
  const status = async (url: string) => (await request('POST', '', { url, events: EVENTS })).status;
  const taken = ['https://example.com/hook', 'http://localhost:1/hook', 'http://[::1]:1/', 'https://127.0.0.1/'];
  expect(await Promise.all(taken.map(status))).toEqual([201, 201, 201, 201]);
  const refused = [
    'nonsense',
    'http://example.com/hook',
    'https://10.0.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/',
    'https://[fe80::1]/',
    'https://printer.local/',
    'ftp://127.0.0.1/',
  ];
  expect(await Promise.all(refused.map(status))).toEqual(refused.map(() => 400));
});

test('the secret cannot be revealed or rotated, because nobody here has a second factor', async () => {
  const { id } = await create();
  expect(await request('POST', `/${id}/reveal-secret`)).toMatchObject({ status: 403 });
  expect(await request('POST', `/${id}/rotate-secret`)).toMatchObject({ status: 403 });
});

test('a test event goes out at once, and is in the list of deliveries and in the statistics', async () => {
  const { id } = await create({ url: receiver.url });
  const event_id = await sendTest(id);
  await simulator.clock.advance(0);
  expect(receiver.received.at(-1)?.headers).toMatchObject({
    'x-webhook-id': event_id,
    'x-webhook-event': 'webhook.test',
  });
  const deliveries = (await request('GET', `/${id}/deliveries`)).body;
  expect(deliveries).toMatchObject([
    {
      event_id,
      event_type: 'webhook.test',
      status: 'success',
      attempts: 1,
      response_status: 200,
      original_event_id: '',
    },
  ]);
  expect(
    z
      .array(z.unknown())
      .parse(deliveries)
      .flatMap((each) => schemaProblems('WebhookDeliveryResponse', each)),
  ).toEqual([]);
  const stats = (await request('GET', `/${id}/stats`)).body;
  expect(stats).toMatchObject({ total: 1, success_count: 1, failed_count: 0, success_rate: 100 });
  expect(schemaProblems('WebhookStatsResponse', stats)).toEqual([]);
});

test('deliveries are listed newest first, page by page', async () => {
  const { id } = await create();
  const sent: string[] = [];
  for (let count = 0; count < 3; count++) {
    sent.unshift(await sendTest(id));
  }
  await simulator.clock.advance(0);
  const ids = async (query: string) =>
    z
      .array(eventSchema)
      .parse((await request('GET', `/${id}/deliveries${query}`)).body)
      .map(({ event_id }) => event_id);
  expect(await ids('')).toEqual(sent);
  expect(await ids('?limit=1&offset=1')).toEqual([sent[1]]);
});

test('sending again makes a new event of the same data, which names the first', async () => {
  const { id } = await create();
  const first = await sendTest(id);
  await simulator.clock.advance(0);
  const resend = async (eventId: string) =>
    eventSchema.parse((await request('POST', `/${id}/deliveries/${eventId}/resend`)).body);
  const again = await resend(first);
  expect(again).toEqual({ event_id: expect.not.stringContaining(first), original_event_id: first });
  await simulator.clock.advance(0);
  const bodies = receiver.received
    .slice(-2)
    .map(({ body }) => z.object({ id: z.string(), data: z.json() }).parse(JSON.parse(body)));
  expect(bodies.map((body) => body.id)).toEqual([first, again.event_id]);
  expect(bodies[1]?.data).toEqual(bodies[0]?.data);
  expect((await resend(again.event_id)).original_event_id).toBe(first);
  expect((await request('POST', `/${id}/deliveries/evt_unknown/resend`)).status).toBe(404);
});
