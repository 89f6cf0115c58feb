import type { core } from 'zod';
import type { ValidationIssue } from './apiError.js';

/**
 * Zod's issues as FastAPI (pydantic 2) words them, so that a 422 looks like the real one: {type, loc, msg, input, ctx}.
 * `source` begins the loc: "body" or "query" [OpenAPI ValidationError; facts §1, error shape 1].
 */
export function validationIssues(source: 'body' | 'query', issues: readonly core.$ZodIssue[]): ValidationIssue[] {
  return issues.map((issue) => {
    const loc = [source, ...issue.path.filter((part) => typeof part !== 'symbol')];
    const input = issue.input;
    switch (issue.code) {
      case 'invalid_type':
        return input === undefined
          ? { type: 'missing', loc, msg: 'Field required' }
          : wrongType(issue.expected, loc, input);
      case 'too_small':
        return {
          type: 'greater_than_equal',
          loc,
          msg: `Input should be greater than or equal to ${issue.minimum}`,
          input,
          ctx: { ge: Number(issue.minimum) },
        };
      case 'too_big':
        return {
          type: 'less_than_equal',
          loc,
          msg: `Input should be less than or equal to ${issue.maximum}`,
          input,
          ctx: { le: Number(issue.maximum) },
        };
      case 'custom':
        // Checks of our own name pydantic's type and word the message themselves.
        return { type: String(issue.params?.['type'] ?? 'value_error'), loc, msg: issue.message, input };
      default:
        return { type: 'value_error', loc, msg: `Value error, ${issue.message}`, input };
    }
  });
}

const TYPES: Readonly<Record<string, readonly [type: string, msg: string]>> = {
  string: ['string_type', 'Input should be a valid string'],
  boolean: ['bool_type', 'Input should be a valid boolean'],
  number: ['int_type', 'Input should be a valid integer'],
  int: ['int_from_float', 'Input should be a valid integer, got a number with a fractional part'],
  array: ['list_type', 'Input should be a valid list'],
  object: ['model_attributes_type', 'Input should be a valid dictionary or object to extract fields from'],
};

function wrongType(expected: string, loc: ValidationIssue['loc'], input: unknown): ValidationIssue {
  const [type, msg] = TYPES[expected] ?? ['value_error', `Value error, expected ${expected}`];
  return { type, loc, msg, input };
}
