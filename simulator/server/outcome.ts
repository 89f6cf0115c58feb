import { ApiError } from '../answers/apiError.js';
import { chainUnavailable, internalError, invalidApiKey, notAuthenticated } from '../answers/errors.js';
import { renderError } from '../answers/renderError.js';
import { ChainUnavailable } from '../state/chains.js';
import type { Cloud } from '../state/cloud.js';
import type { Quirks } from '../state/quirks.js';
import type { Answer, Call, Endpoint } from './endpoint.js';
import type { SimulatorLogger } from './logger.js';

/** What an endpoint comes to, error or not, as an answer. `quirks` are those of the CVM that the call is about. */
export async function outcome(
  endpoint: Endpoint,
  call: Call,
  cloud: Cloud,
  requestId: string,
  quirks: Quirks,
  logger: SimulatorLogger,
): Promise<Answer> {
  try {
    if (endpoint.authenticated) {
      authenticate(call, cloud);
    }
    return await endpoint.handle(call, cloud);
  } catch (thrown) {
    const error = asApiError(thrown);
    if (error.status === 500) {
      logger.error({ err: thrown, endpoint: endpoint.name }, 'endpoint failed');
    }
    return { status: error.status, body: renderError(error, requestId, quirks) };
  }
}

/** X-API-Key [facts §1]. */
function authenticate(call: Call, cloud: Cloud): void {
  const key = call.headers['x-api-key'];
  if (key === undefined || key === '') {
    throw notAuthenticated();
  }
  if (key !== cloud.apiKey) {
    throw invalidApiKey();
  }
}

function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) {
    return thrown;
  }
  return thrown instanceof ChainUnavailable ? chainUnavailable() : internalError();
}
