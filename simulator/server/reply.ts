import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { MadeUpAnswer } from '../faults/faultRule.js';
import type { LoggedRequest } from '../state/ledger.js';
import type { Answer } from './endpoint.js';
import { cutConnection, EventStream, eventConnection } from './eventStream.js';

/** How a request is going to end: decided first, so that it is in the request log before the caller can know of it. */
export interface Ending {
  readonly status: LoggedRequest['status'];
  carryOut(reply: FastifyReply): void;
}

/** Sends an answer: nothing, a string as text, events as a stream, anything else as JSON. */
export function send({ status, body }: Answer): Ending {
  if (body === undefined) {
    return { status, carryOut: (reply) => void reply.code(status).send() };
  }
  if (body instanceof EventStream) {
    return { status, carryOut: (reply) => body.begin(eventConnection(beginStream(reply, status))) };
  }
  const isText = typeof body === 'string';
  return {
    status,
    carryOut: (reply) =>
      void reply
        .code(status)
        .type(isText ? 'text/plain; charset=utf-8' : 'application/json')
        .send(isText ? body : JSON.stringify(body)),
  };
}

/** Sends what a fault rule made up. A string goes out as it is, as JSON unless its headers say otherwise. */
export function sendMadeUp({ status, body, headers }: MadeUpAnswer): Ending {
  return {
    status,
    carryOut: (reply) =>
      void reply
        .code(status)
        .type('application/json')
        .headers(headers ?? {})
        .send(typeof body === 'string' ? body : JSON.stringify(body ?? { detail: STATUS_CODES[status] ?? 'Error' })),
  };
}

/** Ends the connection with a TCP reset and no answer. */
export const reset: Ending = {
  status: 'reset',
  carryOut(reply) {
    reply.hijack();
    reply.raw.socket?.resetAndDestroy();
  },
};

/** Leaves the caller waiting until it gives up or the simulator closes. */
export const hang: Ending = {
  status: 'hung',
  carryOut(reply) {
    reply.hijack();
  },
};

/** Announces the whole answer, sends half of it and resets the connection; of a stream it sends the first event. */
export function cut({ status, body }: Answer): Ending {
  if (body instanceof EventStream) {
    return { status: 'cut', carryOut: (reply) => body.begin(cutConnection(beginStream(reply, status))) };
  }
  return {
    status: 'cut',
    carryOut(reply) {
      reply.hijack();
      const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
      reply.raw.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
      reply.raw.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
        reply.raw.socket?.resetAndDestroy();
      });
    },
  };
}

function beginStream(reply: FastifyReply, status: number): ServerResponse {
  reply.hijack();
  reply.raw.writeHead(status, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-request-id': String(reply.getHeader('x-request-id')),
  });
  return reply.raw;
}
