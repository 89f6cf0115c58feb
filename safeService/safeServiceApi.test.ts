import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getAddress } from 'viem';
import { afterEach, describe, expect, it } from 'vitest';
import { Failure } from '../model/failure.js';
import { addressSchema, type Hex, safeTransactionHashSchema } from '../model/hex.js';
import { confirmTransaction } from './confirmTransaction.js';
import { getQueued } from './getQueued.js';
import { listQueued } from './listQueued.js';
import { proposeTransaction } from './proposeTransaction.js';
import { createSafeServiceApi, type SafeServiceApi } from './safeServiceApi.js';

interface Seen {
  readonly line: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

type Respond = (response: ServerResponse, request: IncomingMessage) => void;

const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Respond =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

/** A service that answers as it is told, and keeps what it was asked. */
async function service(respond: Respond, options: Partial<SafeServiceApi> = {}) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const { authorization } = request.headers;
    seen.push({ line: `${request.method} ${request.url}`, authorization, body: body === '' ? null : JSON.parse(body) });
    respond(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // Of a TCP server it is an object.
  return { seen, api: createSafeServiceApi({ baseUrl: `http://127.0.0.1:${port}/api/`, apiKey, ...options }) };
}

const apiKey = 'key-of-the-operator';
const safe = addressSchema.parse('abcd'.repeat(10));
const hash = safeTransactionHashSchema.parse('5'.repeat(64));
const signature: Hex = `0x${'1'.repeat(130)}`;
const to = addressSchema.parse('cd'.repeat(20));
const transaction = { to, data: '0x1234', operation: 'delegateCall', nonce: 7 } as const;
const entry = {
  safeTxHash: hash,
  nonce: '7',
  to: getAddress(to),
  value: '0',
  data: '0x12AB',
  isExecuted: false,
  confirmations: [{ owner: getAddress(safe), signature: `0x${'A'.repeat(130)}`, signatureType: 'EOA' }],
};
const read = {
  safeTxHash: hash,
  nonce: 7,
  to,
  value: '0',
  data: '0x12ab',
  confirmations: [{ owner: safe, signature: `0x${'a'.repeat(130)}`, signatureType: 'EOA' }],
};

const failureOf = async (call: Promise<unknown>): Promise<Failure> => {
  const thrown = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof Failure) return thrown;
  throw new Error(`expected a failure, and not ${thrown}`);
};

describe('a call of Safe’s Transaction Service', () => {
  it('reads the queue from a nonce on, with the key and an address that has its checksum', async () => {
    const { api, seen } = await service(json(200, { count: 1, results: [entry] }));
    expect(await listQueued(api, { safe, nonce: 7 })).toEqual([read]);
    const [asked] = seen;
    expect(asked?.line).toBe(
      `GET /api/v2/safes/${getAddress(safe)}/multisig-transactions/?executed=false&nonce__gte=7&ordering=nonce&limit=50`,
    );
    expect(asked?.authorization).toBe(`Bearer ${apiKey}`);
  });

  it('sends no key where there is none', async () => {
    const { api, seen } = await service(json(200, { results: [] }), { apiKey: null });
    await listQueued(api, { safe, nonce: 0 });
    expect(seen[0]?.authorization).toBeUndefined();
  });

  it('reads one transaction, in the older form, too, and knows where there is none', async () => {
    const { api } = await service(json(200, { ...entry, nonce: 7, confirmations: null }));
    expect(await getQueued(api, hash)).toEqual({ ...read, confirmations: [] });
    const none = await service(json(404, { detail: 'Not found.' }));
    expect(await getQueued(none.api, hash)).toBeNull();
  });

  it('proposes what the owners sign, and nothing beside it', async () => {
    const { api, seen } = await service((response) => response.writeHead(201).end());
    await proposeTransaction(api, { safe, transaction, hash, sender: safe, signature });
    const nobody = `0x${'0'.repeat(40)}`;
    expect(seen).toEqual([
      {
        line: `POST /api/v2/safes/${getAddress(safe)}/multisig-transactions/`,
        authorization: `Bearer ${apiKey}`,
        body: {
          to: getAddress(to),
          value: '0',
          data: '0x1234',
          operation: 1,
          safeTxGas: '0',
          baseGas: '0',
          gasPrice: '0',
          gasToken: nobody,
          refundReceiver: nobody,
          nonce: '7',
          contractTransactionHash: hash,
          sender: getAddress(safe),
          signature,
          origin: '{"name":"Countersign"}',
        },
      },
    ]);
  });

  it('confirms with one signature', async () => {
    const { api, seen } = await service(json(201, { signature }));
    await confirmTransaction(api, { hash, signature });
    expect(seen).toMatchObject([
      { line: `POST /api/v1/multisig-transactions/${hash}/confirmations/`, body: { signature } },
    ]);
  });
});

describe('a trouble with Safe’s Transaction Service', () => {
  it.each([408, 429, 500, 503])('is worth another attempt with status %i', async (status) => {
    const { api } = await service(json(status, { detail: 'later' }, { 'retry-after': '30' }));
    const failure = await failureOf(listQueued(api, { safe, nonce: 0 }));
    expect(failure).toMatchObject({ type: 'SafeServiceUnavailable', class: 'transient', retryAfter: 30_000 });
    expect(failure.message).toMatch(
      new RegExp(`^Safe's Transaction Service at 127.0.0.1:\\d+ answered ${status}: later`),
    );
  });

  it.each([400, 401, 403, 404, 422])('is a refusal with status %i, whose reason is said', async (status) => {
    const { api } = await service(json(status, { nonFieldErrors: ['Sender is no owner'], nonce: ['taken'] }));
    const failure = await failureOf(proposeTransaction(api, { safe, transaction, hash, sender: safe, signature }));
    expect(failure).toMatchObject({ type: 'SafeServiceRefused', class: 'refused' });
    expect(failure.message).toContain(`${status}: Sender is no owner; taken`);
  });

  it('never repeats the key', async () => {
    const { api } = await service(json(401, { message: `No such key: ${apiKey}`, more: [apiKey] }));
    const failure = await failureOf(listQueued(api, { safe, nonce: 0 }));
    expect(failure.message).not.toContain(apiKey);
    expect(failure.message).toContain('[redacted]');
  });

  it('is no answer in time, a broken connection, or a redirect', async () => {
    const hangs = await service(() => {}, { timeout: 100 });
    const late = await failureOf(listQueued(hangs.api, { safe, nonce: 0 }));
    expect(late).toMatchObject({ type: 'SafeServiceUnavailable', details: { effect: 'none' } });
    expect(late.message).toContain('no answer in time');
    const breaks = await service((_response, request) => request.socket.destroy());
    const lost = await failureOf(confirmTransaction(breaks.api, { hash, signature }));
    expect(lost).toMatchObject({ type: 'SafeServiceUnavailable', details: { effect: 'unknown' } });
    const elsewhere = await service((response) => response.writeHead(302, { location: '/elsewhere' }).end());
    expect((await failureOf(listQueued(elsewhere.api, { safe, nonce: 0 }))).type).toBe('SafeServiceUnavailable');
    expect(elsewhere.seen).toHaveLength(1);
  });

  it('ends with the time that the caller has, and with the caller', async () => {
    const { api } = await service(() => {});
    const inTime = AbortSignal.timeout(100);
    expect((await failureOf(listQueued(api, { safe, nonce: 0, signal: inTime }))).type).toBe('SafeServiceUnavailable');
    const stopped = AbortSignal.abort(new Error('the worker stops'));
    await expect(listQueued(api, { safe, nonce: 0, signal: stopped })).rejects.toThrow('the worker stops');
  });

  it.each([
    ['no JSON', 'a page of something in between'],
    ['another shape', { results: [{ ...entry, safeTxHash: '0x12' }] }],
    ['no list', { detail: 'moved' }],
  ])('is an answer with %s, which is said without its content', async (_case, body) => {
    const { api } = await service((response) =>
      response.writeHead(200).end(typeof body === 'string' ? body : JSON.stringify(body)),
    );
    const failure = await failureOf(listQueued(api, { safe, nonce: 0 }));
    expect(failure.type).toBe('SafeServiceAnswerUnreadable');
    expect(failure.message).not.toContain('in between');
  });
});
