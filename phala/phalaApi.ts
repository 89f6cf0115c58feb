import { Failure } from '../model/failure.js';
import { parseJson } from '../model/parseJson.js';
import { failureOf, type NotFound, readProblem } from './problem.js';
import type { PhalaAnswer } from './readAnswer.js';

/** Where the API is, and with which key. Made once per worker; the calls of this folder take it as first argument. */
export interface PhalaApi {
  /** With `/api/v1`, without a slash at the end. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Milliseconds that one call may take, its answer's body included. */
  readonly timeout: number;
}

interface PhalaApiOptions {
  /** `PHALA_CLOUD_API_PREFIX` of the official tools. Default: the public API. */
  readonly baseUrl?: string | undefined;
  /** `PHALA_CLOUD_API_KEY` of the official tools. */
  readonly apiKey: string;
  /** Milliseconds. Default 30,000. */
  readonly timeout?: number | undefined;
}

/** phala-cloud-api.md §1. */
export const publicApi = 'https://cloud-api.phala.com/api/v1';

/**
 * The shape of answers that this client reads. Pinned: the API's own default moves on, and from 2026-05-22 ids have
 * another form (phala-cloud-api.md §1).
 */
const apiVersion = '2026-01-21';

export const createPhalaApi = ({ baseUrl = publicApi, apiKey, timeout = 30_000 }: PhalaApiOptions): PhalaApi => ({
  baseUrl: baseUrl.replace(/\/+$/, ''),
  apiKey,
  timeout,
});

interface Call {
  readonly method: 'GET' | 'PATCH' | 'POST';
  /** Below the base URL, from `/`, already escaped. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Default true. The commit calls need no key: the token is the credential. */
  readonly authenticated?: boolean;
  /** What a 404 says is not there. Default: the CVM. */
  readonly notFound?: NotFound;
  /** Whether a success may have a body that is no JSON. Default false. */
  readonly anyBody?: boolean;
  /** Values in the call that an error text must not repeat. */
  readonly secrets?: readonly string[];
}

/**
 * Makes one call, once: retrying is the business of the workflow that asked.
 *
 * @param expected statuses beyond 2xx that are answers rather than errors for this call, such as 465
 * @throws Failure named after the answer, or PhalaUnavailable where there was none. For a call that writes, its effect
 *   is `unknown` wherever the request may have reached the API.
 */
export async function callPhala(api: PhalaApi, call: Call, expected: readonly number[] = []): Promise<PhalaAnswer> {
  const { method, path, headers, body, signal, authenticated = true, anyBody = false, notFound, secrets = [] } = call;
  const writes = method !== 'GET';
  const timeout = AbortSignal.timeout(api.timeout);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${api.baseUrl}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        'x-phala-version': apiVersion,
        ...(authenticated && { 'x-api-key': api.apiKey }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      // A redirect would repeat the request, with its key, somewhere else.
      redirect: 'error',
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw new Failure('PhalaUnavailable', `The Phala Cloud API did not answer: ${reasonOf(error, api)}`, {
      effect: writes && !neverSent(error) ? 'unknown' : 'none',
    });
  }
  const answer = { status: response.status, body: parseJson(text) };
  if (response.ok && answer.body === undefined && text !== '' && !anyBody) {
    // The API writes JSON: this is a page of something in between, or half of an answer.
    throw new Failure('PhalaUnavailable', `The Phala Cloud API answered ${response.status} without JSON.`, {
      effect: writes ? 'unknown' : 'none',
    });
  }
  if (response.ok || expected.includes(response.status)) return answer;
  throw failureOf(readProblem(answer, response.headers), { writes, notFound, secrets: [api.apiKey, ...secrets] });
}

const codeOf = (error: unknown): string | undefined => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
};

/** No connection was made, so nothing was sent. */
const neverSent = (error: unknown): boolean =>
  ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(
    codeOf(error) ?? '',
  );

function reasonOf(error: unknown, { baseUrl, timeout }: PhalaApi): string {
  const host = new URL(baseUrl).host;
  if (error instanceof Error && error.name === 'TimeoutError') return `${host}, no answer within ${timeout / 1000} s`;
  return `${host}, ${codeOf(error) ?? 'the connection broke'}`;
}
