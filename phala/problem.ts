import { z } from 'zod';
import { Failure } from '../model/failure.js';
import type { Effect, FailureType } from '../model/failures.js';
import { readRetryAfter } from '../model/retryAfter.js';
import type { PhalaAnswer } from './readAnswer.js';

/** An error answer of the API, whichever of its three body shapes it came in (phala-cloud-api.md §1). */
export interface PhalaProblem {
  readonly status: number;
  /** `ERR-01-005`; null in the shapes without one. */
  readonly code: string | null;
  readonly message: string;
  /** The structured details by field name, or the fields of the legacy flat body. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly requestId: string | null;
  /** Milliseconds, from Retry-After. */
  readonly retryAfter: number | null;
}

const structured = z.object({
  error_code: z.string(),
  message: z.string().optional(),
  request_id: z.string().nullish(),
  details: z.array(z.object({ field: z.string().nullish(), value: z.unknown().optional() })).nullish(),
});
/** `HTTPValidationError` (on every page of the seeds): what FastAPI says of a request that is not valid. */
export const validationSchema = z.object({
  detail: z.array(
    z.object({
      /** Where in the request: "body", then names of fields and places in lists, from 0. */
      loc: z.array(z.union([z.string(), z.number()])),
      /** A sentence for people. */
      msg: z.string(),
      /** The kind of error, such as "missing". */
      type: z.string().optional(),
    }),
  ),
});
const plain = z.object({ detail: z.string() });
/** The legacy flat 465 stands here too: its fields are beside the message. */
const flat = z.looseObject({ message: z.string() });

/** Reads an error answer. Never fails: a body in no known shape leaves only the status. */
export function readProblem({ status, body }: PhalaAnswer, headers?: Headers): PhalaProblem {
  const common = {
    status,
    requestId: headers?.get('x-request-id') ?? null,
    retryAfter: readRetryAfter(headers?.get('retry-after') ?? null),
  };
  const nested = z.object({ detail: structured }).safeParse(body);
  const own = nested.success ? nested.data.detail : structured.safeParse(body).data;
  if (own) {
    const fields = (own.details ?? []).flatMap(({ field, value }) => (field ? [[field, value] as const] : []));
    return {
      ...common,
      code: own.error_code,
      message: own.message ?? own.error_code,
      fields: Object.fromEntries(fields),
      requestId: own.request_id ?? common.requestId,
    };
  }
  const none = { ...common, code: null, fields: {} };
  const invalid = validationSchema.safeParse(body);
  if (invalid.success) {
    // Paths and messages only: `input` and `ctx` repeat what was sent.
    const lines = invalid.data.detail.slice(0, 5).map(({ loc, msg }) => `${loc.join('.')}: ${msg}`);
    return { ...none, message: lines.join('; ') };
  }
  const simple = plain.safeParse(body);
  if (simple.success) return { ...none, message: simple.data.detail };
  const legacy = flat.safeParse(body);
  if (legacy.success) return { ...none, message: legacy.data.message, fields: legacy.data };
  return { ...none, message: `HTTP ${status}` };
}

/** The account's limits: balance, number of CVMs, resources (phala-cloud-api.md §1, ERR-04). */
const quotaCode = /^ERR-04-/;

/** What a 404 may say is not there. */
export type NotFound = 'CvmNotFound' | 'AppNotFound' | 'KmsNotFound';

/** Codes that say more than their status (phala-cloud-api.md §1). */
const typesByCode: Readonly<Record<string, FailureType>> = {
  'ERR-01-001': 'NodeNotFound',
  'ERR-01-004': 'CvmNameTaken',
  'ERR-02-003': 'ResourcesInsufficient',
  'ERR-02-004': 'ResourcesInsufficient',
  'ERR-02-005': 'ResourcesInsufficient',
  'ERR-02-016': 'ResourcesInsufficient',
  'ERR-03-007': 'AppIdTaken',
  'ERR-03-009': 'ComposeHashAmbiguous',
};

function typeOf({ status, code }: PhalaProblem, notFound: NotFound): FailureType {
  // Only codes of the table: any object also has `constructor` and the like.
  if (code !== null && Object.hasOwn(typesByCode, code)) return typesByCode[code] ?? 'RequestRefused';
  switch (status) {
    case 401:
      return 'PhalaUnauthorized';
    case 402:
      return 'PhalaQuotaExceeded';
    case 403:
      return 'PhalaForbidden';
    case 404:
      return notFound;
    case 408:
      return 'PhalaUnavailable';
    case 409:
      // Without a code another operation runs; with one the request itself conflicts (phala-cloud-api.md §1).
      return code === null ? 'CvmBusy' : 'RequestRefused';
    case 425:
    case 429:
      return 'PhalaRateLimited';
    case 465:
      return 'RegistrationRequired';
    case 466:
      return 'PreparationExpired';
    case 467:
      return 'TransactionNotVerified';
    case 468:
      return 'ComposeHashNotAllowed';
    default:
      if (status >= 500) return 'PhalaUnavailable';
      return code !== null && quotaCode.test(code) ? 'PhalaQuotaExceeded' : 'RequestRefused';
  }
}

interface FailureContext {
  readonly writes: boolean;
  readonly notFound?: NotFound | undefined;
  readonly secrets?: readonly string[];
}

/**
 * The failure that an error answer stands for.
 *
 * @param writes whether the call changes something: then a 5xx leaves open whether it did
 * @param notFound what a 404 says is not there
 * @param secrets values that were sent and that the message must not repeat
 */
export function failureOf(
  problem: PhalaProblem,
  { writes, notFound = 'CvmNotFound', secrets = [] }: FailureContext,
): Failure {
  const type = typeOf(problem, notFound);
  const effect: Effect = writes && (problem.status >= 500 || problem.status === 408) ? 'unknown' : 'none';
  const [code, requestId] = [problem.code, problem.requestId].map((text) => text && redact(text, secrets));
  const label = code ? `${problem.status} ${code}` : `${problem.status}`;
  return new Failure(type, `The Phala Cloud API answered ${label}: ${redact(problem.message, secrets)}`, {
    effect,
    status: problem.status,
    ...(code && { code }),
    ...(requestId && { requestId }),
    ...(problem.retryAfter !== null && { retryAfter: problem.retryAfter }),
  });
}

/** Cuts the text to a line that people can read, without the given values and without anything behind `token=`. */
export function redact(text: string, secrets: readonly string[]): string {
  const line = secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
  return line
    .replace(/(token["']?\s*[=:]\s*["']?)[^\s"'&,;]+/gi, '$1[redacted]')
    .replace(/\s+/g, ' ')
    .slice(0, 300);
}
