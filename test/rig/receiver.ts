import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import type { NotificationBody } from '../../activities/notifications/body.js';

/** One request as it came in. */
export interface Delivery {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The bytes that were signed, as text. */
  readonly raw: string;
  readonly body: NotificationBody;
}

/** Whoever notifications are posted to, on this machine. */
export interface Receiver {
  /** The environment of a worker that posts here. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secret: string;
  /** What came in, oldest first, whatever it was answered. */
  readonly received: readonly Delivery[];
  /** Those of a change. */
  of(change: string): readonly Delivery[];
  /** How it answers from now on: a status, or not at all. */
  status: number | 'silence';
}

/** A receiver for all tests of a file. */
export async function useReceiver(settings: Readonly<Record<string, string>> = {}): Promise<Receiver> {
  const received: Delivery[] = [];
  const server = createServer(async (request, response) => {
    const raw = await text(request);
    received.push({ path: request.url ?? '', headers: request.headers, raw, body: JSON.parse(raw) });
    if (receiver.status !== 'silence') response.writeHead(receiver.status, { location: '/elsewhere' }).end('thanks');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  // One that listens on TCP has such an address.
  const { port } = server.address() as AddressInfo;
  const secret = 'a secret of sixteen characters';
  const receiver: Receiver = {
    environment: {
      COUNTERSIGN_NOTIFY_URL: `http://127.0.0.1:${port}/hook`,
      COUNTERSIGN_NOTIFY_SECRET: secret,
      ...settings,
    },
    secret,
    received,
    of: (change) => received.filter(({ body }) => body.change === change),
    status: 204,
  };
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return receiver;
}
