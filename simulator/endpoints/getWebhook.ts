import { webhookInfo } from '../answers/webhooks.js';
import { addressedWebhook } from '../server/addressedWebhook.js';
import type { Endpoint } from '../server/endpoint.js';

/** GET /workspace/webhooks/{webhook_id} [OpenAPI get_webhook]. */
export const getWebhook: Endpoint = {
  name: 'getWebhook',
  method: 'GET',
  path: '/workspace/webhooks/:webhookId',
  authenticated: true,
  handle(call, cloud) {
    return { status: 200, body: webhookInfo(addressedWebhook(call, cloud), 'masked') };
  },
};
