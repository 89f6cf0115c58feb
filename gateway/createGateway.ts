import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { NoWorkerError, TemporalUnreachableError } from '../client/errors.js';
import { type Answer, refused, unavailable } from './answer.js';

/** Bytes. A pending approval has about two thousand. */
const largestBody = 64 * 1024;

/** What receives the deliveries of one sender. */
export interface Route {
  readonly path: string;
  /** Of the log lines. */
  readonly sender: string;
  /** Milliseconds after which an answer is due, and which one it is then: what takes longer goes on behind. */
  readonly patience: number;
  readonly late: Answer;
  receive(request: FastifyRequest<{ Body: Buffer | null; Params: { secret?: string } }>): Promise<Answer>;
}

interface GatewayOptions {
  readonly routes: readonly Route[];
  /** Resolves where webhooks can be handed on. */
  readonly check: () => Promise<void>;
  readonly log: Logger;
}

/**
 * Makes the HTTP server of the gateway. Every answer is JSON (docs/reference/gateway.md), and repeats nothing of what
 * came in.
 */
export function createGateway({ routes, check, log }: GatewayOptions): FastifyInstance {
  const server = fastify({ bodyLimit: largestBody, requestTimeout: 15_000, forceCloseConnections: 'idle' });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  for (const route of routes) {
    const { path, sender } = route;
    server.post<{ Body: Buffer | null; Params: { secret?: string } }>(path, async (request, reply) => {
      const answer = await inTime(route, () => route.receive(request), log);
      const { outcome, change, runId, reason } = answer.body;
      const said = { sender, status: answer.status, outcome, change, runId, reason };
      log[answer.status >= 500 ? 'warn' : 'info'](said, 'webhook');
      if (answer.status === 503) void reply.header('retry-after', '60');
      return reply.code(answer.status).send(answer.body);
    });
  }

  server.get('/livez', (_request, reply) => reply.send({ live: true }));
  server.get('/readyz', async (_request, reply) => {
    const ready = await check().then(
      () => true,
      () => false,
    );
    return reply.code(ready ? 200 : 503).send({ ready });
  });

  server.setNotFoundHandler((_request, reply) => {
    const { status, body } = refused(404, 'There is nothing here.');
    return reply.code(status).send(body);
  });
  server.setErrorHandler((error, _request, reply) => {
    const { status, body } = answerTo(error, log);
    return reply.code(status).send(body);
  });
  return server;
}

async function inTime({ patience, late }: Route, receive: () => Promise<Answer>, log: Logger): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<Answer>((resolve) => {
    timer = setTimeout(resolve, patience, late);
  });
  try {
    return await Promise.race([receive().catch((error: unknown) => failed(error, log)), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function failed(error: unknown, log: Logger): Answer {
  if (error instanceof TemporalUnreachableError || error instanceof NoWorkerError) {
    log.warn({ type: error.name, message: error.message }, 'not handed on');
    return unavailable('It could not be handed on. Send it again.');
  }
  log.error({ err: error }, 'unexpected');
  return { status: 500, body: { outcome: 'unavailable', reason: 'Something went wrong here. Send it again.' } };
}

/** What fastify itself refuses: too large, of another type, cut off. */
function answerTo(error: unknown, log: Logger): Answer {
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  if (status === 413) return refused(413, `The body is larger than ${largestBody / 1024} KiB.`);
  if (status === 415) return refused(415, 'The body is to be application/json.');
  if (typeof status === 'number' && status >= 400 && status < 500) return refused(400, 'The request cannot be read.');
  return failed(error, log);
}
