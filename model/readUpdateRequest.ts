import { Failure } from './failure.js';
import { longestPatience } from './policy.js';
import { readFields } from './readFields.js';
import { type UpdateRequest, updateRequestSchema } from './updateRequest.js';

/**
 * Reads a request for an update where it comes in: at the client before anything is sent, and once more in the
 * workflow, which others can start, too.
 *
 * @param now milliseconds since the epoch
 * @throws Failure InvalidRequest that names the fields, never their values
 */
export function readUpdateRequest(input: unknown, now: number): UpdateRequest {
  const request = readFields(updateRequestSchema, input, { what: 'request', failure: 'InvalidRequest' });
  const { deadline } = request.policy;
  if (deadline !== undefined) {
    const ahead = Date.parse(deadline) - now;
    if (ahead <= 0) throw invalid('policy.deadline: must be in the future');
    if (ahead > longestPatience) throw invalid('policy.deadline: must be within a year');
  }
  return request;
}

const invalid = (what: string): Failure => new Failure('InvalidRequest', `The request is not valid: ${what}`);
