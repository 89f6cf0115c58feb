import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ApiVersion, apiVersion } from '../answers/apiVersion.js';
import type { FaultyRequest } from '../faults/faultRule.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm } from '../state/cvm.js';
import type { LoggedRequest } from '../state/ledger.js';
import type { Quirks } from '../state/quirks.js';
import type { Answer, Call, Endpoint } from './endpoint.js';
import { EventStream } from './eventStream.js';
import type { SimulatorLogger } from './logger.js';
import { outcome } from './outcome.js';
import { cut, type Ending, hang, reset, send, sendMadeUp } from './reply.js';

/** What surrounds the endpoints: the cloud they work on, where to log, and when to give up waiting. */
export interface Surroundings {
  readonly cloud: Cloud;
  readonly logger: SimulatorLogger;
  readonly closing: AbortSignal;
}

/**
 * The course of every request: faults that keep it from the endpoint, the endpoint, faults that lose or change its answer,
 * the request log, the answer.
 */
export function serve(endpoint: Endpoint, { cloud, logger, closing }: Surroundings) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const at = cloud.clock.now();
    const requestId = randomUUID();
    const faulty = asSeenByFaults(endpoint, request, cloud);
    const version = apiVersion(faulty.headers['x-phala-version']);

    let answer: Answer | undefined;
    let ending = await endedEarly(faulty, cloud, closing);
    if (ending === undefined) {
      const quirks = [...cloud.faults.takeAll(faulty, 'quirks')].map((rule) => rule.quirks);
      const call = asSeenByEndpoint(request, faulty, version, quirks);
      const cvm = faulty.cvm === undefined ? undefined : cloud.cvms.get(faulty.cvm);
      const errorQuirks = merged(cvm?.quirks, quirks);
      answer = await outcome(endpoint, call, cloud, requestId, errorQuirks, logger);
      ending = endedWith(faulty, cloud, altered(faulty, cloud, answer));
    }

    const entry: LoggedRequest = {
      at,
      method: endpoint.method,
      endpoint: endpoint.name,
      route: `/api/v1${endpoint.path}`,
      cvmId: faulty.cvm,
      status: ending.status,
      outcome: answer?.status,
      apiVersion: version,
      requestId,
    };
    cloud.ledger.recordRequest(entry);
    logger.info(entry, 'request');
    // "Newer servers return request_id … and X-Request-ID" [facts §1].
    ending.carryOut(reply.header('x-request-id', requestId));
    return reply;
  };
}

/** Faults before the effect. undefined: the endpoint gets the request. */
async function endedEarly(faulty: FaultyRequest, cloud: Cloud, closing: AbortSignal): Promise<Ending | undefined> {
  for (const fault of cloud.faults.takeAll(faulty, 'delay', 'answer', 'reset', 'hang')) {
    switch (fault.kind) {
      case 'delay':
        await pause(fault.milliseconds, undefined, { signal: closing });
        break;
      case 'answer':
        return sendMadeUp(fault);
      case 'reset':
        return reset;
      case 'hang':
        return hang;
    }
  }
  return undefined;
}

/** The answer; or how it is lost, if a fault says so and the request took effect. */
function endedWith(faulty: FaultyRequest, cloud: Cloud, answer: Answer): Ending {
  // A 465 has an effect as well: a token was issued, and the one before it superseded.
  const tookEffect = answer.status < 400 || answer.status === 465;
  const loss = tookEffect ? cloud.faults.take(faulty, 'loseReply')?.by : undefined;
  switch (loss) {
    case undefined:
      return send(answer);
    case 'reset':
      return reset;
    case 'hang':
      return hang;
    case 'cutBody':
      return cut(answer);
    default:
      return sendMadeUp(loss);
  }
}

/** The answer with its top-level fields changed by "alterBody" rules. */
function altered(faulty: FaultyRequest, cloud: Cloud, answer: Answer): Answer {
  if (
    typeof answer.body !== 'object' ||
    answer.body === null ||
    Array.isArray(answer.body) ||
    answer.body instanceof EventStream
  ) {
    return answer;
  }
  const body: Record<string, unknown> = { ...answer.body };
  for (const { set, remove } of cloud.faults.takeAll(faulty, 'alterBody')) {
    Object.assign(body, set);
    for (const field of remove ?? []) {
      delete body[field];
    }
  }
  return { ...answer, body };
}

function asSeenByFaults(endpoint: Endpoint, request: FastifyRequest, cloud: Cloud): FaultyRequest {
  const cvmId = pathParameters(request)['cvmId'];
  const resolution = cvmId === undefined ? undefined : cloud.cvms.resolve(cvmId);
  const headers = Object.entries(request.headers).map(([name, value]) => [name, value?.toString()]);
  return {
    endpoint: endpoint.name,
    cvm: resolution?.kind === 'found' ? resolution.cvm.vmUuid : undefined,
    headers: Object.fromEntries(headers),
    body: typeof request.body === 'string' && request.body !== '' ? request.body : undefined,
  };
}

function asSeenByEndpoint(
  request: FastifyRequest,
  faulty: FaultyRequest,
  version: ApiVersion,
  ruleQuirks: readonly Quirks[],
): Call {
  const origin = `http://${request.headers.host ?? 'localhost'}`;
  return {
    apiVersion: version,
    params: pathParameters(request),
    query: new URL(request.url, origin).searchParams,
    headers: faulty.headers,
    body: faulty.body,
    origin,
    faulty,
    quirks: (cvm?: Cvm) => merged(cvm?.quirks, ruleQuirks),
  };
}

/** A CVM's quirks, and over them those of the rules for one request. */
function merged(ofCvm: Quirks | undefined, ofRules: readonly Quirks[]): Quirks {
  return Object.assign({}, ofCvm, ...ofRules);
}

function pathParameters(request: FastifyRequest): Readonly<Record<string, string>> {
  // Fastify types parameters as unknown; under a path with ":name" they are strings by name.
  return request.params as Record<string, string>;
}
