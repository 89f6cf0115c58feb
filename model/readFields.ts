import { safeParse, type z } from 'zod';
import { Failure } from './failure.js';
import type { FailureType } from './failures.js';

/**
 * Parses a value at the border, or fails with the paths of what is wrong. Names at most five fields and never repeats
 * what stood in them: the input may hold secrets.
 *
 * @param what what is being read, for the message: "request", "message registered"
 * @throws Failure of the given type
 */
export function readFields<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { what, failure }: { what: string; failure: Extract<FailureType, 'InvalidRequest' | 'InvalidMessage'> },
): z.output<Schema> {
  const parsed = safeParse(schema, value);
  if (parsed.success) return parsed.data;
  throw new Failure(failure, `The ${what} is not valid: ${describeIssues(parsed.error)}`);
}

/** "update.memory: must be …; policy.deadline: …", for at most five fields. */
export function describeIssues(error: z.ZodError): string {
  const lines = error.issues.map((issue) => `${issue.path.join('.') || '(whole)'}: ${describeIssue(issue)}`);
  const rest = lines.length - 5;
  return [...lines.slice(0, 5), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}

/** zod's own messages repeat parts of the input for some kinds of issue; for those the message is made here. */
function describeIssue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `has ${issue.keys.length} unknown ${issue.keys.length === 1 ? 'field' : 'fields'}: ${issue.keys.map((key) => JSON.stringify(key.slice(0, 40))).join(', ')}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    default:
      return issue.message;
  }
}
