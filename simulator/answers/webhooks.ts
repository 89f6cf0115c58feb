import type { WebhookDelivery } from '../webhooks/delivery.js';
import type { Webhook } from '../webhooks/webhook.js';

/** OpenAPI WebhookResponse. The secret is shown once, at creation, and masked ever after [DOC-webhooks "Secret Management"]. */
export function webhookInfo(webhook: Webhook, secret: 'shown' | 'masked') {
  return {
    id: webhook.id,
    url: webhook.url,
    secret: secret === 'shown' ? webhook.secret : masked(webhook.secret),
    events: webhook.events,
    name: webhook.name,
    enabled: webhook.enabled,
    created_at: webhook.createdAt.toISOString(),
    updated_at: webhook.updatedAt.toISOString(),
  };
}

/** "e.g. `whsec_****...xxxx`", which is taken to be the last four characters. */
function masked(secret: string): string {
  return `whsec_****...${secret.slice(-4)}`;
}

/**
 * OpenAPI WebhookDeliveryResponse. Chosen: "success" and "failed" for the status (after the counters of the statistics), 0
 * and "" where there was no answer and no error, as these fields are not nullable, and the last attempt's duration.
 */
export function deliveryRecord(delivery: WebhookDelivery) {
  const last = delivery.attempts.at(-1);
  const delivered = delivery.status === 'success' ? last?.at.toISOString() : undefined;
  return {
    snowflake_id: delivery.number,
    event_id: delivery.eventId,
    event_type: delivery.event,
    status: delivery.status,
    attempts: delivery.attempts.length,
    request_url: delivery.url,
    response_status: last?.responseStatus ?? 0,
    error_message: last?.error ?? '',
    duration_ms: last?.durationMilliseconds ?? 0,
    created_at: delivery.createdAt.toISOString(),
    delivered_at: delivered ?? null,
    original_event_id: delivery.originalEventId ?? '',
  };
}

/** OpenAPI WebhookStatsResponse. Chosen: the rate in per cent, of a webhook without deliveries 0. */
export function deliveryStats(finished: readonly WebhookDelivery[]) {
  const records = finished.map(deliveryRecord);
  const successes = records.filter(({ status }) => status === 'success').length;
  const durations = records.map(({ duration_ms }) => duration_ms);
  const sum = durations.reduce((total, duration) => total + duration, 0);
  return {
    total: records.length,
    success_count: successes,
    failed_count: records.length - successes,
    success_rate: records.length === 0 ? 0 : (100 * successes) / records.length,
    avg_duration_ms: records.length === 0 ? 0 : Math.round(sum / records.length),
    max_duration_ms: Math.max(0, ...durations),
    last_delivery_at: records.at(-1)?.created_at ?? null,
  };
}
