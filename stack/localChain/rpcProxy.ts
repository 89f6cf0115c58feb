import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/**
 * What the proxy does in place of passing a call on.
 *
 * - `hang`: never answers. `reset`: breaks the connection. `loseReply`: passes the call on, then breaks the connection.
 * - `status`: answers this HTTP status, with `Retry-After` when given. `html`: answers 200 with a page of HTML.
 * - `error`: answers a JSON-RPC error of this code. `result`: answers this in place of the node, such as `null`.
 */
export type RpcFault =
  | { readonly kind: 'hang' | 'reset' | 'loseReply' | 'html' }
  | { readonly kind: 'result'; readonly result: string | null }
  | { readonly kind: 'status'; readonly status: 401 | 403 | 429 | 500 | 503; readonly retryAfterSeconds?: number }
  | { readonly kind: 'error'; readonly code: 3 | -32000 | -32603 | -32005; readonly message?: string };

/** A proxy in front of a node. */
export interface RpcProxy {
  readonly url: string;
  /**
   * Lets the next calls of a method fail. Faults of one method take their turn in the order given; those of `*`, any
   * method, come after the method's own.
   *
   * @param times - how many calls; all from now on by default
   */
  fail(method: string, fault: RpcFault, times?: number): void;
  /** Ends all faults that are still to come; hanging calls go on hanging. */
  heal(): void;
  /**
   * Does something while no call is on its way: those that have begun are answered first, those that come meanwhile wait.
   */
  whileHeld<Result>(work: () => Promise<Result>): Promise<Result>;
  /** How often a method was called, with or without a fault; all methods together without a name. */
  calls(method?: string): number;
  /** Breaks all connections and frees the port. */
  stop(): Promise<void>;
}

/**
 * Starts an HTTP proxy on 127.0.0.1 that misbehaves on demand. A batch is one request: each of its calls is counted,
 * and the first that is to fail decides what happens to all of it.
 *
 * @param target - URL of the node
 */
export async function startRpcProxy(target: string): Promise<RpcProxy> {
  const plans: { readonly method: string; readonly fault: RpcFault; left: number }[] = [];
  const counts = new Map<string, number>();

  let held: Promise<unknown> = Promise.resolve();
  const underWay = new Set<Promise<unknown>>();

  const takeFault = (methods: readonly string[]): RpcFault | undefined => {
    for (const method of methods) {
      const due = plans.filter(({ left }) => left > 0);
      const plan = due.find((candidate) => candidate.method === method) ?? due.find(({ method: any }) => any === '*');
      if (plan === undefined) continue;
      plan.left -= 1;
      return plan.fault;
    }
    return undefined;
  };

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const calls = parseCalls(body);
    for (const { method } of calls) counts.set(method, (counts.get(method) ?? 0) + 1);
    const fault = takeFault(calls.map(({ method }) => method));
    if (fault === undefined) await pass(() => passOn(target, body, response));
    else await misbehave(fault, { target, body, response });
  }

  async function pass(deliver: () => Promise<void>): Promise<void> {
    await held;
    const delivery = deliver();
    const settled = delivery.catch(() => {}).finally(() => underWay.delete(settled));
    underWay.add(settled);
    await delivery;
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  // A TCP server's address is an object; only a Unix socket's is a string.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    fail(method, fault, times = Number.POSITIVE_INFINITY) {
      plans.push({ method, fault, left: times });
    },
    heal() {
      plans.length = 0;
    },
    async whileHeld(work) {
      const done = held.then(() => Promise.all(underWay)).then(work);
      held = done.catch(() => {});
      return done;
    },
    calls(method) {
      if (method !== undefined) return counts.get(method) ?? 0;
      return [...counts.values()].reduce((sum, count) => sum + count, 0);
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const callSchema = z.object({ id: z.union([z.number(), z.string(), z.null()]).default(null), method: z.string() });
type RpcCall = z.infer<typeof callSchema>;

function parseCalls(body: string): RpcCall[] {
  const parsed: unknown = JSON.parse(body);
  return z.array(callSchema).parse(Array.isArray(parsed) ? parsed : [parsed]);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

async function forward(target: string, body: string): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'application/json' };
  const reply = await fetch(target, { method: 'POST', headers, body });
  return { status: reply.status, text: await reply.text() };
}

async function passOn(target: string, body: string, response: ServerResponse): Promise<void> {
  const { status, text } = await forward(target, body);
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
}

interface Exchange {
  readonly target: string;
  readonly body: string;
  readonly response: ServerResponse;
}

async function misbehave(fault: RpcFault, { target, body, response }: Exchange): Promise<void> {
  switch (fault.kind) {
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'loseReply':
      await forward(target, body);
      response.socket?.resetAndDestroy();
      return;
    case 'status': {
      const { status, retryAfterSeconds } = fault;
      const wait = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
      response.writeHead(status, { 'content-type': 'text/plain', ...wait }).end(`status ${status}`);
      return;
    }
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Welcome</title>');
      return;
    case 'error':
      reply(response, body, { error: { code: fault.code, message: fault.message ?? 'something went wrong' } });
      return;
    case 'result':
      reply(response, body, { result: fault.result });
  }
}

/** Answers every call of a request in the same way. */
function reply(response: ServerResponse, body: string, outcome: object): void {
  const answers = parseCalls(body).map(({ id }) => ({ jsonrpc: '2.0', id, ...outcome }));
  const content = body.trimStart().startsWith('[') ? answers : answers[0];
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}
