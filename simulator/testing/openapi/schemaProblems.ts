import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** As much of JSON Schema as the extract uses; another keyword in it is an error, so that nothing passes unread. */
const schemaSchema = z.strictObject({
  $ref: z.string().exactOptional(),
  type: z.enum(['object', 'array', 'string', 'integer', 'number', 'boolean', 'null']).exactOptional(),
  const: z.json().exactOptional(),
  enum: z.array(z.json()).exactOptional(),
  pattern: z.string().exactOptional(),
  format: z.string().exactOptional(),
  required: z.array(z.string()).exactOptional(),
  additionalProperties: z.boolean().exactOptional(),
  minItems: z.int().exactOptional(),
  maxItems: z.int().exactOptional(),
  default: z.json().exactOptional(),
  get anyOf() {
    return z.array(schemaSchema).exactOptional();
  },
  get prefixItems() {
    return z.array(schemaSchema).exactOptional();
  },
  get items() {
    return schemaSchema.exactOptional();
  },
  get properties() {
    return z.record(z.string(), schemaSchema).exactOptional();
  },
});

type Schema = z.infer<typeof schemaSchema>;

const extractSchema = z.object({ source: z.string(), schemas: z.record(z.string(), schemaSchema) });

const { schemas } = extractSchema.parse(JSON.parse(readFileSync(new URL('extract.json', import.meta.url), 'utf8')));

/**
 * Where a value is not what a schema of the OpenAPI document says; empty: it is. Fields that the schema does not have count
 * as a problem as well, although OpenAPI allows them: here they would be inventions or slips.
 */
export function schemaProblems(schemaName: string, value: unknown): string[] {
  return problems({ $ref: `#/components/schemas/${schemaName}` }, value, schemaName);
}

function problems(schema: Schema, value: unknown, at: string): string[] {
  if (schema.$ref !== undefined) {
    const referred = schemas[schema.$ref.split('/').at(-1) ?? ''];
    return referred === undefined ? [`${at}: no schema ${schema.$ref} in the extract`] : problems(referred, value, at);
  }
  if (schema.anyOf !== undefined) {
    const tried = schema.anyOf.map((option) => problems(option, value, at));
    return tried.some((found) => found.length === 0) ? [] : tried.flat();
  }
  if (schema.const !== undefined && value !== schema.const) {
    return [`${at}: not ${JSON.stringify(schema.const)}`];
  }
  if (schema.enum !== undefined && !schema.enum.some((allowed) => allowed === value)) {
    return [`${at}: not one of ${JSON.stringify(schema.enum)}`];
  }
  if (schema.type === undefined) {
    return [];
  }
  return isOfType(schema.type, value) ? inside(schema, value, at) : [`${at}: not of type ${schema.type}`];
}

function isOfType(type: NonNullable<Schema['type']>, value: unknown): boolean {
  switch (type) {
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}

function inside(schema: Schema, value: unknown, at: string): string[] {
  if (typeof value === 'string') {
    const fits = new RegExp(schema.pattern ?? '').test(value);
    const isDate = schema.format !== 'date-time' || !Number.isNaN(Date.parse(value));
    return fits && isDate ? [] : [`${at}: ${schema.pattern ?? schema.format}`];
  }
  if (Array.isArray(value)) {
    const { items, prefixItems, minItems = 0, maxItems = value.length } = schema;
    const length = value.length < minItems || value.length > maxItems ? [`${at}: ${value.length} items`] : [];
    const wrong = value.flatMap((item, index) =>
      problems(prefixItems?.[index] ?? items ?? {}, item, `${at}[${index}]`),
    );
    return [...length, ...wrong];
  }
  return typeof value === 'object' && value !== null ? fields(schema, value, at) : [];
}

function fields({ properties, required, additionalProperties }: Schema, value: object, at: string): string[] {
  const present = Object.entries(value);
  const missing = (required ?? []).filter((name) => !(name in value)).map((name) => `${at}.${name}: missing`);
  const wrong = present.flatMap(([name, field]) => {
    const schema = properties?.[name];
    if (schema === undefined) {
      return properties === undefined || additionalProperties === true ? [] : [`${at}.${name}: not in the schema`];
    }
    return problems(schema, field, `${at}.${name}`);
  });
  return [...missing, ...wrong];
}
