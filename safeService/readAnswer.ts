import type { z } from 'zod';
import { Failure } from '../model/failure.js';
import { describeIssues } from '../model/readFields.js';

/**
 * Reads an answer of the service. Unknown fields are tolerated; what is missing is named by its path, never by its value.
 *
 * @throws Failure SafeServiceAnswerUnreadable
 */
export function readAnswer<Schema extends z.ZodType>(schema: Schema, body: unknown, call: string): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const what = body === undefined ? 'the body is not JSON' : describeIssues(parsed.error);
  throw new Failure('SafeServiceAnswerUnreadable', `Safe's Transaction Service, ${call}: an unknown answer: ${what}`);
}
