import { deliveryStats } from '../answers/webhooks.js';
import { addressedWebhook } from '../server/addressedWebhook.js';
import type { Endpoint } from '../server/endpoint.js';
import { finishedDeliveries } from './finishedDeliveries.js';

/** GET /workspace/webhooks/{webhook_id}/stats [OpenAPI WebhookStatsResponse]. */
export const getWebhookStats: Endpoint = {
  name: 'getWebhookStats',
  method: 'GET',
  path: '/workspace/webhooks/:webhookId/stats',
  authenticated: true,
  handle(call, cloud) {
    return { status: 200, body: deliveryStats(finishedDeliveries(cloud, addressedWebhook(call, cloud))) };
  },
};
