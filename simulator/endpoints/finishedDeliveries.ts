import type { Cloud } from '../state/cloud.js';
import type { WebhookDelivery } from '../webhooks/delivery.js';
import type { Webhook } from '../webhooks/webhook.js';

/** A webhook's deliveries as the API knows them: "one delivery record per event (final result only)" [DOC-webhooks]. */
export function finishedDeliveries(cloud: Cloud, { id }: Webhook): WebhookDelivery[] {
  return cloud.webhooks.deliveries.filter(({ webhookId, status }) => webhookId === id && status !== 'pending');
}
