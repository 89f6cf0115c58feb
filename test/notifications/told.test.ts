import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { useRig } from '../rig/rig.js';

const secret = 'a secret of sixteen characters';
const received: { body: string; headers: Record<string, string | string[] | undefined> }[] = [];
/** How many deliveries the receiver turns away first. */
let failures = 1;

const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    received.push({ body, headers: request.headers });
    response.writeHead(failures-- > 0 ? 503 : 204).end();
  });
}).listen(0, '127.0.0.1');
await new Promise((resolve) => receiver.once('listening', resolve));
const { port } = receiver.address() as AddressInfo;

const rig = useRig({ notifications: { url: `http://127.0.0.1:${port}/hook`, secret } });

afterAll(() => new Promise((resolve) => receiver.close(resolve)));

it('a notification tells of the phases in which somebody has to act, signed, with an id that repeats when it does', async () => {
  const cvm = await rig.addCvm('safe');
  const change = await rig.countersign.updateCvm(rig.request(cvm));
  await rig.until(change, 'awaitingRegistration');
  // The first delivery fails, and is made again under the same id while the change waits.
  await expect.poll(() => received.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
  await change.send('reject', { by: 'alice' });
  await change.result();

  for (const { body, headers } of received) {
    const timestamp = headers['x-countersign-timestamp'];
    const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    expect(headers['x-countersign-signature']).toBe(`sha256=${signature}`);
  }
  const told = received.map(({ body, headers }) => [JSON.parse(body).phase, headers['x-countersign-delivery']]);
  expect(told[0]).toEqual(told[1]);
  expect(told.map(([phase]) => phase)).toEqual(['awaitingRegistration', 'awaitingRegistration', 'rejected']);
  expect(JSON.parse(received[0]?.body ?? '{}')).toMatchObject({
    change: change.id,
    cvmId: cvm.vmUuid,
    requestedBy: 'test',
  });
});
