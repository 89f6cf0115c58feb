import { z } from 'zod';
import { validationFailed } from '../answers/errors.js';
import { validationIssues } from '../answers/validationIssues.js';
import type { Call } from './endpoint.js';

/**
 * The call's JSON body by a schema, or 422 as FastAPI answers it: `missing` without a body, `json_invalid` for broken
 * JSON, else one issue per field [OpenAPI HTTPValidationError].
 *
 * @param whenAbsent stands in for a missing body where OpenAPI gives the body a default.
 */
export function parseBody<Schema extends z.ZodType>(call: Call, schema: Schema, whenAbsent?: unknown): z.infer<Schema> {
  return parse('body', schema, call.body === undefined ? absentBody(whenAbsent) : parseJson(call.body));
}

/** The call's query by a schema over its (last) values, or 422. */
export function parseQuery<Schema extends z.ZodType>(call: Call, schema: Schema): z.infer<Schema> {
  return parse('query', schema, Object.fromEntries(call.query));
}

/** A whole number in a query, with its bounds and default. */
export function queryInteger(fallback: number, minimum: number, maximum: number) {
  return z
    .string()
    .transform((text, context) => {
      if (/^-?\d+$/.test(text)) {
        return Number(text);
      }
      context.addIssue({
        code: 'custom',
        params: { type: 'int_parsing' },
        message: 'Input should be a valid integer, unable to parse string as an integer',
        input: text,
      });
      return z.NEVER;
    })
    .pipe(z.int().min(minimum).max(maximum))
    .default(fallback);
}

/** An instant in a query: ISO 8601. */
export function queryDateTime() {
  return z
    .string()
    .transform((text, context) => {
      const instant = new Date(text);
      if (!Number.isNaN(instant.getTime())) {
        return instant;
      }
      context.addIssue({
        code: 'custom',
        params: { type: 'datetime_from_date_parsing' },
        message: 'Input should be a valid datetime or date',
        input: text,
      });
      return z.NEVER;
    })
    .optional();
}

function parse<Schema extends z.ZodType>(source: 'body' | 'query', schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (!parsed.success) {
    throw validationFailed(validationIssues(source, parsed.error.issues));
  }
  return parsed.data;
}

function absentBody(whenAbsent: unknown): unknown {
  if (whenAbsent === undefined) {
    throw validationFailed([{ type: 'missing', loc: ['body'], msg: 'Field required', input: null }]);
  }
  return whenAbsent;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote the input, and with it what may be a secret.
    const ctx = { error: 'Expecting value' };
    throw validationFailed([{ type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {}, ctx }]);
  }
}
