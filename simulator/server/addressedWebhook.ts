import { notFound } from '../answers/errors.js';
import type { Cloud } from '../state/cloud.js';
import type { Webhook } from '../webhooks/webhook.js';
import type { Call } from './endpoint.js';

/** The webhook of a call's path: 404 if there is none (OpenAPI names no 404 here; chosen). */
export function addressedWebhook(call: Call, cloud: Cloud): Webhook {
  const webhook = cloud.webhooks.get(call.params['webhookId'] ?? '');
  if (webhook === undefined) {
    throw notFound('Webhook');
  }
  return webhook;
}
