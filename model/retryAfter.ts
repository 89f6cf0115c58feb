/** Retry-After: seconds or an HTTP date (RFC 9110 §10.2.3), as milliseconds from now; between a second and an hour. */
export function readRetryAfter(header: string | null): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  const delay = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  // "At once", or a date that has passed by this clock: better the own backoff than a storm of requests.
  return Number.isFinite(delay) && delay > 0 ? Math.min(Math.max(delay, 1_000), 3_600_000) : null;
}
