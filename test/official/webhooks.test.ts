import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { patchCvm } from '@phala/cloud';
import { parseWebhookEvent, verifyWebhookSignature } from '@phala/cloud/webhook';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../stack/process/testing/processTable.js';
import { composeFile, useOfficialTools } from './officialTools.js';

const tools = useOfficialTools();

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const received: Received[] = [];
let receiver: Server;
let secret: string;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.end();
    });
  });
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
  // A listening TCP server has an address of this kind.
  const { port } = receiver.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/hook`;
  const created = await tools.client.post('/workspace/webhooks', { url, events: ['cvm.update.pending_approval'] });
  secret = z.object({ secret: z.string() }).parse(created).secret;
});
afterAll(() => new Promise((resolve) => receiver.close(resolve)));

async function delivery(): Promise<Received> {
  const [first] = await eventually(
    () => received.splice(0),
    ({ length }) => length > 0,
  );
  if (!first) throw new Error('Nothing was delivered.');
  return first;
}

const header = ({ headers }: Received, name: string): string => z.string().parse(headers[name]);

test('a delivery verifies with the SDK, and no other secret, body or time does', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'webhook-verified');
  await patchCvm(tools.client, { id: cvm.vmUuid, docker_compose_file: composeFile('hook'), prepareOnly: true });
  const sent = await delivery();
  const timestamp = header(sent, 'x-webhook-timestamp');
  const signature = header(sent, 'x-webhook-signature');
  const verify = (changed: Partial<Parameters<typeof verifyWebhookSignature>[0]>) =>
    verifyWebhookSignature({ secret, timestamp, body: sent.body, signature, ...changed });
  expect(verify({})).toBe(true);
  expect(verify({ secret: `${secret}x` })).toBe(false);
  expect(verify({ body: sent.body.replace('webhook-verified', 'webhook-forgotten') })).toBe(false);
  expect(verify({ timestamp: String(Number(timestamp) + 1) })).toBe(false);
});

test('the SDK parses it into what was prepared, with the token that commits it', async () => {
  const cvm = await tools.cloud.addCvm('safe', 'webhook-parsed');
  const update = { id: cvm.vmUuid, docker_compose_file: composeFile('parsed'), prepareOnly: true };
  const prepared = await patchCvm(tools.client, update);
  if (!prepared.requiresOnChainHash) throw new Error('The update was applied without a registration.');
  const { headers, body } = await delivery();
  const event = parseWebhookEvent({ headers, body, secret });
  expect(event).toMatchObject({
    ...{ event: 'cvm.update.pending_approval', version: '1', id: expect.stringMatching(/^evt_[0-9a-f]{16}$/) },
    data: {
      ...{ cvm_id: cvm.vmUuid, cvm_name: cvm.name, app_id: cvm.appId, device_id: cvm.deviceId },
      ...{ compose_hash: prepared.composeHash, commit_token: prepared.commitToken },
      onchain_action: { to: cvm.appId, method: 'addComposeHash(bytes32)' },
    },
  });
});
