/** Any value JSON can carry. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object whose fields are not known beforehand. */
export interface JsonObject {
  readonly [field: string]: JsonValue;
}
