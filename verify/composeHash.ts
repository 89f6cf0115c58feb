import { createHash } from 'node:crypto';

/**
 * The compose hash of an app-compose document: SHA-256 over its canonical form. Object keys are sorted by UTF-16 code
 * units at every depth, lists keep their order, there is no white space, and what is not ASCII is not escaped
 * (phala-cloud-api.md §5). Written from the facts, not by the library that the engine uses: the tests hold them together. (They
 * differ for field names that are whole numbers, which no document has.)
 *
 * @returns 0x and 64 lower-case hex digits
 */
export const composeHashOf = (document: Readonly<Record<string, unknown>>): `0x${string}` =>
  `0x${createHash('sha256').update(canonical(document), 'utf8').digest('hex')}`;

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
    return `{${fields.join(',')}}`;
  }
  // Numbers that JSON has no word for become null.
  return JSON.stringify(value) ?? 'null';
}
