import type { z } from 'zod';
import { Failure } from '../model/failure.js';
import type { Effect } from '../model/failures.js';
import { describeIssues } from '../model/readFields.js';

/** An answer as it came: a success, or a status that the caller wants to see itself. */
export interface PhalaAnswer {
  readonly status: number;
  /** Parsed JSON; undefined where the body was not JSON. */
  readonly body: unknown;
}

/**
 * Reads an answer of the API. Unknown fields are tolerated; what is missing or of another type is named by its path,
 * never by its value.
 *
 * @throws Failure PhalaAnswerUnreadable
 */
export function readAnswer<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  call: string,
  effect: Effect = 'none',
): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const what = body === undefined ? 'the body is not JSON' : describeIssues(parsed.error);
  throw new Failure('PhalaAnswerUnreadable', `${call} answered in an unknown shape: ${what}`, { effect });
}
