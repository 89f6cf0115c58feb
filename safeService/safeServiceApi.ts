import { Failure } from '../model/failure.js';
import { parseJson } from '../model/parseJson.js';
import { readRetryAfter } from '../model/retryAfter.js';

/** Where Safe's Transaction Service for one chain is. The calls of this folder take it as first argument. */
export interface SafeServiceApi {
  /** Up to `/api`, without a slash at the end: `https://api.safe.global/tx-service/base/api` (on-chain.md §3.3). */
  readonly baseUrl: string;
  /** Sent as a bearer token; null where the service asks for none, as one's own may. */
  readonly apiKey: string | null;
  /** Milliseconds that one call may take, its answer's body included. */
  readonly timeout: number;
}

interface SafeServiceOptions {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  /** Milliseconds. Default 5,000: it is asked in the middle of a look at the chain. */
  readonly timeout?: number;
}

export const createSafeServiceApi = ({ baseUrl, apiKey, timeout = 5_000 }: SafeServiceOptions): SafeServiceApi => ({
  baseUrl: baseUrl.replace(/\/+$/, ''),
  apiKey,
  timeout,
});

interface Call {
  readonly method: 'GET' | 'POST';
  /** Below the base URL, from `/`, already escaped, with the slash at its end that the service wants. */
  readonly path: string;
  readonly body?: unknown;
  /** Ends the call before its time. */
  readonly signal?: AbortSignal | undefined;
}

export interface SafeServiceAnswer {
  readonly status: number;
  /** Parsed JSON; undefined where there was none, as after a call that writes. */
  readonly body: unknown;
}

/**
 * Makes one call, once.
 *
 * @param expected statuses beyond 2xx that are answers rather than errors for this call, such as 404
 * @throws Failure SafeServiceUnavailable where it may help to ask again, SafeServiceRefused where it does not. A call that
 *   writes may have taken effect where there was no answer.
 */
export async function callSafeService(
  api: SafeServiceApi,
  { method, path, body, signal }: Call,
  expected: readonly number[] = [],
): Promise<SafeServiceAnswer> {
  const timeout = AbortSignal.timeout(api.timeout);
  const effect = method === 'GET' ? 'none' : 'unknown';
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${api.baseUrl}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(api.apiKey !== null && { authorization: `Bearer ${api.apiKey}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      // A redirect would repeat the request, with its key, somewhere else.
      redirect: 'error',
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted && !isTimeout(signal.reason)) throw signal.reason;
    const why = isTimeout(error) ? 'no answer in time' : 'the connection broke';
    throw new Failure('SafeServiceUnavailable', `${nameOf(api)} did not answer: ${why}.`, { effect });
  }
  const answer = { status: response.status, body: parseJson(text) };
  if (response.ok || expected.includes(response.status)) return answer;
  const message = `${nameOf(api)} answered ${answer.status}${reasonIn(answer.body, api)}`;
  const { status } = answer;
  if (status < 500 && ![408, 425, 429].includes(status)) {
    throw new Failure('SafeServiceRefused', message, { status });
  }
  const retryAfter = readRetryAfter(response.headers.get('retry-after'));
  throw new Failure('SafeServiceUnavailable', message, { effect, status, ...(retryAfter !== null && { retryAfter }) });
}

const nameOf = ({ baseUrl }: SafeServiceApi): string => `Safe's Transaction Service at ${new URL(baseUrl).host}`;

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';

/** What the service says is wrong, in one line. It says so in several shapes; the texts in them are its own. */
function reasonIn(body: unknown, { apiKey }: SafeServiceApi): string {
  const said = textsIn(body).join('; ').replace(/\s+/g, ' ');
  const line = apiKey === null ? said : said.replaceAll(apiKey, '[redacted]');
  return line === '' ? '.' : `: ${line.slice(0, 300)}`;
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
