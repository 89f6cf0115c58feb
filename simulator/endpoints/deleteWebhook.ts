import { addressedWebhook } from '../server/addressedWebhook.js';
import type { Endpoint } from '../server/endpoint.js';

/** DELETE /workspace/webhooks/{webhook_id} [OpenAPI delete_webhook: 204]. */
export const deleteWebhook: Endpoint = {
  name: 'deleteWebhook',
  method: 'DELETE',
  path: '/workspace/webhooks/:webhookId',
  authenticated: true,
  handle(call, cloud) {
    cloud.webhooks.remove(addressedWebhook(call, cloud));
    return { status: 204, body: undefined };
  },
};
