import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { type LocalChain, startLocalChain } from '../testing/localChain.js';
import { composeFile, errorDetails, SimulatorOnChain } from '../testing/simulatorOnChain.js';
import { expectedSignature, startWebhookReceiver, type WebhookReceiver } from '../testing/webhookReceiver.js';

let chain: LocalChain;
let world: SimulatorOnChain;
let receiver: WebhookReceiver;
const logged: unknown[] = [];

beforeAll(async () => {
  chain = await startLocalChain();
});

afterAll(() => chain.stop());

beforeEach(async () => {
  const log = (fields: object) => void logged.push(fields);
  world = await SimulatorOnChain.start(chain, { webhookTimeoutSeconds: 2, logger: { info: log, error: log } });
  receiver = await startWebhookReceiver();
});

afterEach(async () => {
  receiver.close();
  await world.simulator.close();
});

async function subscribe(...events: string[]): Promise<{ id: string; secret: string }> {
  const { body } = await world.request('POST', '/workspace/webhooks', { url: receiver.url, events });
  return z.object({ id: z.string(), secret: z.string() }).parse(body);
}

const envelopeSchema = z.looseObject({
  id: z.string(),
  created_at: z.string(),
  data: z.looseObject({ expires_at: z.string().optional() }),
});

/** Bodies as they came in. */
const received = () => receiver.received.map(({ body }) => envelopeSchema.parse(JSON.parse(body)));

const settle = () => world.simulator.clock.advance(0);

const MINUTE = 60_000;

test('a prepare-only update tells what to register and how to commit, signed, and nothing of it is logged', async () => {
  const { secret } = await subscribe('cvm.update.pending_approval');
  const { cvm, app } = await world.addOnChainCvm();
  const { token, composeHash } = await world.prepare(cvm, { docker_compose_file: composeFile('2') });
  await settle();
  const [{ id = '', created_at = '', data } = {}] = received();
  expect(received()).toEqual([
    {
      id: expect.stringMatching(/^evt_[0-9a-f]{16}$/),
      event: 'cvm.update.pending_approval',
      version: '1',
      created_at: expect.any(String),
      workspace: { id: 'local-team', name: 'Local Team' },
      data: {
        cvm_id: cvm.vmUuid,
        cvm_name: 'payments',
        compose_hash: composeHash,
        app_id: app.address,
        device_id: cvm.deviceId,
        kms: { chain_id: chain.chainId, contract_address: expect.stringMatching(/^0x[0-9a-f]{40}$/) },
        onchain_action: { to: app.address, method: 'addComposeHash(bytes32)', calldata: composeHash },
        commit_token: token,
        commit_url: expect.stringContaining(`token=${token}&compose_hash=${composeHash.slice(2)}`),
        api_commit_url: `${world.simulator.url}/cvms/${cvm.vmUuid}/commit-update?token=${token}`,
        expires_at: expect.any(String),
        initiated_by: { user_id: 'usr_0a1b2c3d', username: 'operator' },
      },
    },
  ]);
  expect(Date.parse(data?.expires_at ?? '') - Date.parse(created_at)).toBe(14 * 24 * 60 * MINUTE);
  const [delivery] = receiver.received;
  expect(delivery?.headers).toMatchObject({
    'content-type': 'application/json',
    'user-agent': 'PhalaCloud-Webhook/1.0',
    'x-webhook-id': id,
    'x-webhook-event': 'cvm.update.pending_approval',
    'x-webhook-timestamp': expect.stringMatching(/^\d{10}$/),
    'x-webhook-signature': delivery === undefined ? undefined : expectedSignature(secret, delivery),
  });
  expect(logged).toContainEqual(expect.objectContaining({ eventId: id, attempt: 1, responseStatus: 200 }));
  expect(JSON.stringify(logged)).not.toContain(token);
});

test('the life of a CVM is told: updated and deleted, but no event for an update that fails', async () => {
  await subscribe('cvm.updated', 'cvm.deleted');
  const { cvm } = await world.addOnChainCvm();
  await world.patch(cvm, { vcpu: 4 });
  await world.finishOperation();
  world.simulator.faults.add({ what: { kind: 'operationFails', message: 'no room' } });
  await world.patch(cvm, { vcpu: 8 });
  await world.finishOperation();
  cvm.remove();
  await settle();
  const about = { cvm_id: cvm.vmUuid, cvm_name: 'payments', app_id: cvm.appId };
  expect(received()).toMatchObject([
    { event: 'cvm.updated', data: { ...about, status: 'running' } },
    { event: 'cvm.deleted', data: { ...about, status: 'deleted' } },
  ]);
});

test('a replica is told of as well: prepared, and created or failed', async () => {
  await subscribe('cvm.replica.pending_approval', 'cvm.created', 'cvm.create_failed');
  const { cvm, app } = await world.addOnChainCvm();
  const path = `/cvms/${cvm.vmUuid}`;
  for (const error of [undefined, 'Device not allowed']) {
    await app.setAllowAnyDevice(true);
    const asked = { node_id: 2, compose_hash: cvm.composeHash };
    const prepared = await world.request('POST', `${path}/replicas`, asked, { 'x-prepare-only': 'true' });
    const { commit_token } = errorDetails(prepared.body);
    const committed = await world.request('POST', `${path}/commit-replica`, { token: commit_token });
    const { vm_uuid } = z.object({ vm_uuid: z.string() }).parse(committed.body);
    await app.setAllowAnyDevice(error === undefined);
    await world.finishOperation();
    expect(received().slice(-2)).toMatchObject([
      {
        event: 'cvm.replica.pending_approval',
        data: {
          cvm_id: cvm.vmUuid,
          device_id: world.simulator.nodes[1]?.deviceId,
          commit_token,
          api_commit_url: `${world.simulator.url}${path}/commit-replica?token=${commit_token}`,
        },
      },
      error === undefined
        ? { event: 'cvm.created', data: { cvm_id: vm_uuid, status: 'running' } }
        : {
            event: 'cvm.create_failed',
            data: { cvm_id: vm_uuid, status: 'error', error: expect.stringMatching(/^CVM \d+: .*Device not allowed$/) },
          },
    ]);
  }
});

test('only what was subscribed to is sent, and nothing to a webhook that is disabled', async () => {
  const { id } = await subscribe('cvm.deleted');
  world.addPhalaCvm().remove();
  await world.patch(world.addPhalaCvm(), { vcpu: 4 });
  await world.finishOperation();
  await world.request('PUT', `/workspace/webhooks/${id}`, { enabled: false });
  world.addPhalaCvm().remove();
  await settle();
  expect(received()).toMatchObject([{ event: 'cvm.deleted' }]);
});

test('what is not taken comes again after 1, 10 and 60 minutes with the same id, signed anew, and then no more', async () => {
  const { secret } = await subscribe('cvm.deleted');
  receiver.status = 503;
  world.addPhalaCvm().remove();
  const counts: number[] = [];
  for (const minutes of [0, 0.9, 0.2, 9.8, 0.2, 59.8, 0.2, 600]) {
    await world.simulator.clock.advance(minutes * MINUTE);
    counts.push(receiver.received.length);
  }
  expect(counts).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  expect(new Set(received().map(({ id }) => id)).size).toBe(1);
  for (const delivery of receiver.received) {
    expect(delivery.headers['x-webhook-signature']).toBe(expectedSignature(secret, delivery));
    // Real time, although the clock of the simulator is hours ahead.
    expect(Math.abs(Number(delivery.headers['x-webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60);
  }
  expect(world.simulator.webhooks.deliveries).toMatchObject([
    { status: 'failed', attempts: [1, 2, 3, 4].map(() => ({ responseStatus: 503, error: 'HTTP 503' })) },
  ]);
});

test('a delivery that is taken at last is done; until then the API has no record of it', async () => {
  const { id } = await subscribe('cvm.deleted');
  receiver.status = 500;
  world.addPhalaCvm().remove();
  await settle();
  expect((await world.get(`/workspace/webhooks/${id}/deliveries`)).body).toEqual([]);
  receiver.status = 204;
  await world.simulator.clock.advance(2 * MINUTE);
  expect((await world.get(`/workspace/webhooks/${id}/deliveries`)).body).toMatchObject([
    { status: 'success', attempts: 2, response_status: 204, error_message: '', delivered_at: expect.any(String) },
  ]);
  await world.simulator.clock.advance(120 * MINUTE);
  expect(receiver.received).toHaveLength(2);
});

test('a redirect, silence and a closed port are failures', async () => {
  await subscribe('cvm.deleted');
  for (const status of [302, undefined]) {
    receiver.status = status;
    world.addPhalaCvm().remove();
    await settle();
  }
  receiver.close();
  world.addPhalaCvm().remove();
  await settle();
  expect(world.simulator.webhooks.deliveries.map(({ attempts }) => attempts[0])).toMatchObject([
    { responseStatus: 302, error: 'HTTP 302' },
    { responseStatus: undefined, error: 'No answer within 2 s' },
    { responseStatus: undefined, error: expect.stringContaining('ECONNREFUSED') },
  ]);
  expect(receiver.received).toHaveLength(2);
});

test('there is no retry for a webhook that is gone', async () => {
  const { id } = await subscribe('cvm.deleted');
  receiver.status = 500;
  world.addPhalaCvm().remove();
  await settle();
  await world.request('DELETE', `/workspace/webhooks/${id}`);
  await world.simulator.clock.advance(2 * MINUTE);
  expect(receiver.received).toHaveLength(1);
  expect(world.simulator.webhooks.deliveries).toMatchObject([{ status: 'failed' }]);
});
