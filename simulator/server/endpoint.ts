import type { ApiVersion } from '../answers/apiVersion.js';
import type { EndpointName, FaultyRequest } from '../faults/faultRule.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm } from '../state/cvm.js';
import type { Quirks } from '../state/quirks.js';

/** One request, as an endpoint gets it. */
export interface Call {
  readonly apiVersion: ApiVersion;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body as text; undefined where there is none. */
  readonly body: string | undefined;
  /** Where this simulator listens, e.g. "http://127.0.0.1:4321"; links in answers point there. */
  readonly origin: string;
  /** How fault rules see this request. */
  readonly faulty: FaultyRequest;
  /** The quirks that a fault rule has for this request, over those of the CVM that it is about, if there is one. */
  quirks(cvm?: Cvm): Quirks;
}

/**
 * A successful answer. A string body is sent as text, an EventStream as events, undefined as nothing, anything else as JSON.
 * Failures are thrown as ApiError.
 */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** One path and method of the API. */
export interface Endpoint {
  readonly name: EndpointName;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Under /api/v1, with ":cvmId", ":appId", ":kmsId" for the ids. */
  readonly path: string;
  /** Whether X-API-Key is asked for: everywhere but at commit-update and commit-replica [seed 000, facts §1]. */
  readonly authenticated: boolean;
  handle(call: Call, cloud: Cloud): Answer | Promise<Answer>;
}
