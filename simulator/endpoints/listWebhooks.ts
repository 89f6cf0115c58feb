import { webhookInfo } from '../answers/webhooks.js';
import type { Endpoint } from '../server/endpoint.js';

/** GET /workspace/webhooks [OpenAPI list_webhooks: an array of WebhookResponse]. */
export const listWebhooks: Endpoint = {
  name: 'listWebhooks',
  method: 'GET',
  path: '/workspace/webhooks',
  authenticated: true,
  handle(_call, cloud) {
    return { status: 200, body: cloud.webhooks.all().map((webhook) => webhookInfo(webhook, 'masked')) };
  },
};
