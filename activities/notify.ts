import { createHmac } from 'node:crypto';
import type { NotificationActivities } from '../model/notification.js';
import { activity } from './activity.js';

/** Where notifications go. */
export interface NotificationTarget {
  readonly url: string;
  /** Signs each body, so that the receiver knows the sender. */
  readonly secret: string;
}

/**
 * Posts a notification. The delivery id is the same for every attempt, so that a receiver can drop repetitions; the
 * signature is `sha256=` and the HMAC over "{timestamp}.{body}" as hex.
 */
export const createNotify = ({
  target,
}: {
  readonly target: NotificationTarget | null;
}): NotificationActivities['notify'] =>
  activity(async ({ deliveryId, ...notification }, { signal }) => {
    if (target === null) return;
    const body = JSON.stringify(notification);
    const timestamp = Math.floor(Date.now() / 1000);
    const signature = createHmac('sha256', target.secret).update(`${timestamp}.${body}`).digest('hex');
    const response = await fetch(target.url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-countersign-delivery': deliveryId,
        'x-countersign-timestamp': String(timestamp),
        'x-countersign-signature': `sha256=${signature}`,
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
    await response.body?.cancel();
    // Any error is tried again; the workflow gives up after a day.
    if (!response.ok) throw new Error(`The receiver of notifications answered ${response.status}.`);
  });
