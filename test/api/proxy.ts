import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the network carries it. */
export interface CarriedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface CarriedAnswer {
  readonly status: number;
  readonly body: string;
}

/** The network between the engine and the API. */
export interface ApiProxy {
  /** In place of the prefix of the API. */
  readonly url: string;
  /** What is done with a request; by default it is delivered once. */
  carry: (request: CarriedRequest, deliver: () => Promise<CarriedAnswer>) => Promise<CarriedAnswer>;
  stop(): Promise<void>;
}

/** @param target the prefix of the API */
export async function startApiProxy(target: string): Promise<ApiProxy> {
  const server = createServer((request, response) => {
    void (async () => {
      const carried = { ...described(request), body: await readBody(request) };
      const deliver = () => deliverTo(`${new URL(target).origin}${carried.path}`, carried);
      const { status, body } = await proxy.carry(carried, deliver);
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server's address is an object; only a Unix socket's is a string.
  const { port } = server.address() as AddressInfo;
  const proxy: ApiProxy = {
    url: `http://127.0.0.1:${port}${new URL(target).pathname}`,
    carry: (_, deliver) => deliver(),
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return proxy;
}

function described({ method = 'GET', url = '/', headers }: IncomingMessage) {
  const kept = Object.entries(headers).filter(([name]) => name.startsWith('x-') || name === 'content-type');
  return { method, path: url, headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])) };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

async function deliverTo(url: string, { method, headers, body }: CarriedRequest): Promise<CarriedAnswer> {
  const answer = await fetch(url, { method, headers, ...(body !== '' && { body }) });
  return { status: answer.status, body: await answer.text() };
}
