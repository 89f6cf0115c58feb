import type { z } from 'zod';
import { Failure } from './failure.js';
import { type ChangeKind, type ChangeRequest, requestSchemas } from './kinds.js';
import { longestPatience } from './policy.js';
import { readFields } from './readFields.js';
import { oversizedField } from './requestSize.js';

/**
 * Reads the request for a change where it comes in: at the client before anything is sent, and once more in the
 * workflow, which others can start, too.
 *
 * @param now milliseconds since the epoch
 * @throws Failure InvalidRequest that names the fields, never their values
 */
export function readRequest<Kind extends ChangeKind>(kind: Kind, input: unknown, now: number): ChangeRequest<Kind> {
  // The table has the schema of this very kind; TypeScript cannot follow the index.
  const schema = requestSchemas[kind] as unknown as z.ZodType<ChangeRequest<Kind>>;
  const request = readFields(schema, input, { what: 'request', failure: 'InvalidRequest' });
  const tooLarge = oversizedField(request);
  if (tooLarge !== null) throw invalid(`${tooLarge}: the request must not be larger than 1.5 MiB`);
  const { deadline } = request.policy;
  if (deadline !== undefined) {
    const ahead = Date.parse(deadline) - now;
    if (ahead <= 0) throw invalid('policy.deadline: must be in the future');
    if (ahead > longestPatience) throw invalid('policy.deadline: must be within a year');
  }
  return request;
}

const invalid = (what: string): Failure => new Failure('InvalidRequest', `The request is not valid: ${what}`);
