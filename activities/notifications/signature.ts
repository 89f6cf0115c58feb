import { createHmac } from 'node:crypto';

/**
 * What proves to a receiver who has sent a body, and when: `sha256=` and the HMAC over "{timestamp}.{body}" as hex.
 *
 * @param timestamp seconds since the epoch, as in the header `x-countersign-timestamp`
 */
export const signatureOf = (secret: string, timestamp: number, body: string): string =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
