import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createPhalaApi, type PhalaApi } from '../phalaApi.js';

/** A request as it arrived. */
export interface Recorded {
  readonly method: string | undefined;
  /** Without the base path: from behind `/api/v1`. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; undefined where there was no body. */
  readonly body: unknown;
}

/** What every request carries, whatever is asked; the rest of its headers says what kind of call it is. */
const everyRequest = ['host', 'connection', 'accept-language', 'sec-fetch-mode', 'user-agent', 'accept-encoding'];

/** A server on this machine that keeps the one request of a test, and answers it as the test wants. */
export class RecordingApi {
  readonly apiKey = 'phak_secret';
  api!: PhalaApi;
  private server!: Server;
  private requests: Recorded[] = [];
  private answer: { status: number; body: unknown } = { status: 200, body: {} };

  async start(): Promise<void> {
    this.server = createServer(async (request, response) => {
      const body = await text(request);
      this.requests.push({
        method: request.method,
        path: (request.url ?? '').replace(/^\/api\/v1/, ''),
        headers: request.headers,
        body: body === '' ? undefined : JSON.parse(body),
      });
      response.writeHead(this.answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(this.answer.body));
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    // A server that listens on a port has an address of this form.
    const { port } = this.server.address() as AddressInfo;
    this.api = createPhalaApi({ baseUrl: `http://127.0.0.1:${port}/api/v1`, apiKey: this.apiKey });
  }

  forget(): void {
    this.requests = [];
  }

  answers(body: unknown, status = 200): void {
    this.answer = { status, body };
  }

  /** The one request that was made. @throws Error where there was none, or more than one */
  get seen(): Recorded {
    const [request, ...more] = this.requests;
    if (!request || more.length > 0) throw new Error(`expected one request, got ${this.requests.length}`);
    return request;
  }

  /** The headers that say what kind of call it was: those of every request, and of a body, are left out. */
  get marks(): Readonly<Record<string, unknown>> {
    const common = new Set([...everyRequest, 'accept', 'content-type', 'content-length']);
    return Object.fromEntries(Object.entries(this.seen.headers).filter(([name]) => !common.has(name)));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** One for all tests of a file; each starts with nothing recorded. */
export function useRecordingApi(): RecordingApi {
  const recording = new RecordingApi();
  beforeAll(() => recording.start());
  beforeEach(() => recording.forget());
  afterAll(() => recording.close());
  return recording;
}
