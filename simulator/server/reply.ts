import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { MadeUpAnswer } from '../faults/faultRule.js';
import type { LoggedRequest } from '../state/ledger.js';
import type { Answer } from './endpoint.js';

/** How a request is going to end: decided first, so that it is in the request log before the caller can know of it. */
export interface Ending {
  readonly status: LoggedRequest['status'];
  carryOut(reply: FastifyReply): void;
}

/** Sends an answer: a string as text, anything else as JSON. */
export function send({ status, body }: Answer): Ending {
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

/** Announces the whole answer, sends half of it and resets the connection. */
export function cut({ status, body }: Answer): Ending {
  return {
    status: 'cut',
    carryOut(reply) {
      reply.hijack();
      const bytes = Buffer.from(JSON.stringify(body));
      reply.raw.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
      reply.raw.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
        reply.raw.socket?.resetAndDestroy();
      });
    },
  };
}
