import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One delivery as it came in. */
export interface ReceivedDelivery {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Whoever a webhook points to, on this machine. */
export interface WebhookReceiver {
  readonly url: string;
  /** Oldest first. Live. */
  readonly received: readonly ReceivedDelivery[];
  /** Status of the answers to come; undefined: no answer at all. Assign to change it. */
  status: number | undefined;
  close(): void;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedDelivery[] = [];
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) });
    if (receiver.status !== undefined) {
      response.writeHead(receiver.status, { location: '/elsewhere' }).end('thanks');
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an address object.
  const { port } = server.address() as AddressInfo;
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    status: 200,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return receiver;
}

/** The signature that a delivery must have [DOC-webhooks "Verifying Signatures"]. */
export function expectedSignature(secret: string, { headers, body }: ReceivedDelivery): string {
  const timestamp = headers['x-webhook-timestamp'];
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}
