import { createHash } from 'node:crypto';
import type { Hex } from 'viem';
import { prefixed } from './hex.js';
import type { JsonObject, JsonValue } from './json.js';

/**
 * The bytes of app-compose.json as the VM gets them: object keys sorted by UTF-16 code units at every depth, arrays in
 * order, no white space, no escaping of non-ASCII characters [facts §5, canonical form].
 */
export function canonicalJson(value: JsonValue): string {
  if (isArray(value)) {
    return `[${value.map(canonicalJson).join(',')}]`;
  }
  if (value !== null && typeof value === 'object') {
    const fields = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
    return `{${fields.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** The compose hash of a document: sha256 over its canonical form, 32 bytes [facts §5]. */
export function composeHash(appCompose: JsonObject): Hex {
  return prefixed(sha256Hex(canonicalJson(appCompose)));
}

/** sha256 of a text's UTF-8 bytes, 64 hex digits without 0x. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Array.isArray does not narrow a readonly array out of a union; this does. */
function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
