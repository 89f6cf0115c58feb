import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { callPhala, createPhalaApi } from './phalaApi.js';
import { failureOf } from './testing/failureOf.js';

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = undefined;
});

async function api(listener: RequestListener, timeout?: number) {
  const listening = createServer(listener).listen(0, '127.0.0.1');
  server = listening;
  await new Promise((resolve) => listening.once('listening', resolve));
  const { port } = listening.address() as AddressInfo;
  return createPhalaApi({ baseUrl: `http://127.0.0.1:${port}/api/v1/`, apiKey: 'phak_secret', timeout });
}

const write = { method: 'PATCH', path: '/cvms/x', body: {} } as const;
const read = { method: 'GET', path: '/cvms/x' } as const;

describe('a call of the API', () => {
  it('carries the key, the pinned version and the body below the prefix', async () => {
    let seen = '';
    const phala = await api((request, response) => {
      const { 'x-api-key': key, 'x-phala-version': version, 'content-type': type } = request.headers;
      seen = [request.method, request.url, key, version, type].join(' ');
      response.end('{}');
    });
    await callPhala(phala, write);
    expect(seen).toBe('PATCH /api/v1/cvms/x phak_secret 2026-01-21 application/json');
  });

  it('sends no key where the token is the credential', async () => {
    let key: string | string[] | undefined = 'unset';
    const phala = await api((request, response) => {
      key = request.headers['x-api-key'];
      response.end('{}');
    });
    await callPhala(phala, { ...write, authenticated: false });
    expect(key).toBeUndefined();
  });

  it('is made once: an error is for the workflow to retry', async () => {
    let calls = 0;
    const phala = await api((_request, response) => {
      calls++;
      response.writeHead(503).end();
    });
    expect((await failureOf(callPhala(phala, read))).type).toBe('PhalaUnavailable');
    expect((await failureOf(callPhala(phala, write))).type).toBe('PhalaUnavailable');
    expect(calls).toBe(2);
  });

  it('leaves the effect of a write open where the connection broke', async () => {
    const phala = await api((request) => request.socket.destroy());
    expect((await failureOf(callPhala(phala, write))).details.effect).toBe('unknown');
    expect((await failureOf(callPhala(phala, read))).details.effect).toBe('none');
  });

  it('had no effect where nobody listened', async () => {
    const phala = await api(() => {});
    await new Promise((resolve) => server?.close(resolve));
    const failure = await failureOf(callPhala(phala, write));
    expect(failure.type).toBe('PhalaUnavailable');
    expect(failure.details.effect).toBe('none');
  });

  it('ends in time, also where the body never ends', async () => {
    const phala = await api((_request, response) => {
      response.writeHead(200).write('{');
    }, 200);
    const failure = await failureOf(callPhala(phala, write));
    expect(failure.message).toContain('no answer within 0.2 s');
    expect(failure.details.effect).toBe('unknown');
  });

  it('ends when the activity is cancelled, with the reason of that', async () => {
    const phala = await api(() => {});
    const cancelled = new AbortController();
    const call = callPhala(phala, { ...read, signal: cancelled.signal });
    const reason = new Error('cancelled');
    cancelled.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  it('is not sent elsewhere by a redirect', async () => {
    const phala = await api((_request, response) => {
      response.writeHead(307, { location: 'http://127.0.0.1:1/stolen' }).end();
    });
    expect((await failureOf(callPhala(phala, write))).type).toBe('PhalaUnavailable');
  });
});
