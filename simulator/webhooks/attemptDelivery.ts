import { createHmac } from 'node:crypto';
import type { DeliveryAttempt, WebhookDelivery } from './delivery.js';
import type { Webhook } from './webhook.js';

export interface Attempt {
  readonly webhook: Webhook;
  readonly delivery: WebhookDelivery;
  /** The simulator's present. */
  readonly at: Date;
  /** Real time, like everything that another process has to keep to. */
  readonly timeoutMilliseconds: number;
  readonly closing: AbortSignal;
}

/**
 * Sends a delivery once: headers and signature of DOC-webhooks ("HTTP Headers", "Verifying Signatures"), any 2xx is good,
 * redirects are not followed.
 *
 * X-Webhook-Timestamp is REAL time, of each attempt anew: receivers compare it with their own clock, 300 s at most apart
 * [facts §4], and the simulator's may be weeks ahead.
 */
export async function attemptDelivery(attempt: Attempt): Promise<DeliveryAttempt> {
  const { webhook, delivery, at, timeoutMilliseconds, closing } = attempt;
  const began = Date.now();
  const outcome = (responseStatus: number | undefined, error: string | undefined): DeliveryAttempt => ({
    at,
    responseStatus,
    error,
    durationMilliseconds: Date.now() - began,
  });
  try {
    const response = await fetch(webhook.url, {
      method: 'POST',
      headers: headers(webhook, delivery, Math.floor(began / 1000)),
      body: delivery.payload,
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(timeoutMilliseconds)]),
    });
    await response.body?.cancel();
    return outcome(response.status, response.ok ? undefined : `HTTP ${response.status}`);
  } catch (error) {
    return outcome(undefined, describe(error, timeoutMilliseconds));
  }
}

function headers({ secret }: Webhook, { eventId, event, payload }: WebhookDelivery, timestamp: number) {
  const signature = createHmac('sha256', secret).update(`${timestamp}.${payload}`, 'utf8').digest('hex');
  return {
    'content-type': 'application/json',
    // A receiver that was restarted in between must not cost an attempt.
    connection: 'close',
    'user-agent': 'PhalaCloud-Webhook/1.0',
    'x-webhook-id': eventId,
    'x-webhook-event': event,
    'x-webhook-timestamp': String(timestamp),
    'x-webhook-signature': `sha256=${signature}`,
  };
}

/** fetch says only "fetch failed"; what happened is in its cause. */
function describe(error: unknown, timeoutMilliseconds: number): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (error.name === 'TimeoutError') {
    return `No answer within ${timeoutMilliseconds / 1000} s`;
  }
  return error.cause instanceof Error ? error.cause.message : error.message;
}
