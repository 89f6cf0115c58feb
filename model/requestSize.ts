/** In bytes. Temporal carries 2 MiB at the most in one piece, and a request travels together with other things. */
const largestRequest = 1.5 * 1024 * 1024;

/** Null where a request is small enough to be carried; else the path of its largest field, which has to shrink. */
export function oversizedField(request: object): string | null {
  if (bytesOf(request) <= largestRequest) return null;
  const [largest] = leavesOf(request, '').toSorted((one, other) => other.bytes - one.bytes);
  return largest?.path ?? '(whole)';
}

const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value) ?? '').length;

/** Fields by their paths; a list counts as one. */
const leavesOf = (value: object, prefix: string): readonly { readonly path: string; readonly bytes: number }[] =>
  Object.entries(value).flatMap(([name, field]) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? leavesOf(field, `${prefix}${name}.`)
      : [{ path: `${prefix}${name}`, bytes: bytesOf(field) }],
  );
