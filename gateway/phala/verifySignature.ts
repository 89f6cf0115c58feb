import { createHmac, timingSafeEqual } from 'node:crypto';

/** Seconds that the clocks of the two sides, and the way between them, may take (phala-cloud-api.md, webhooks). */
const tolerance = 300;

interface Signed {
  readonly secrets: readonly string[];
  /** `X-Webhook-Timestamp`: seconds since the epoch. */
  readonly timestamp: string;
  /** `X-Webhook-Signature`: "sha256=" and the HMAC of "timestamp.body", in hex. */
  readonly signature: string;
  /** The bytes as they came. */
  readonly body: Buffer;
}

/**
 * What is wrong with the signature of a webhook; null where it was made with one of the secrets, and just now.
 *
 * @param now milliseconds since the epoch
 */
export function signatureProblem({ secrets, timestamp, signature, body }: Signed, now: number): string | null {
  if (!/^\d{1,12}$/.test(timestamp)) return 'X-Webhook-Timestamp is no number of seconds.';
  if (Math.abs(now / 1000 - Number(timestamp)) > tolerance) {
    return `X-Webhook-Timestamp is more than ${tolerance} seconds away from now.`;
  }
  const given = Buffer.from(signature);
  // Each secret is tried: how long it takes says nothing of which one fits.
  const fitting = secrets.filter((secret) => {
    const hmac = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
    const expected = Buffer.from(`sha256=${hmac}`);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  return fitting.length > 0 ? null : 'X-Webhook-Signature was not made of this body with a secret that is known here.';
}
