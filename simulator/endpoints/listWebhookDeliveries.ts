import { z } from 'zod';
import { deliveryRecord } from '../answers/webhooks.js';
import { addressedWebhook } from '../server/addressedWebhook.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseQuery, queryInteger } from '../server/parse.js';
import { finishedDeliveries } from './finishedDeliveries.js';

const querySchema = z.object({
  limit: queryInteger(50, 1, 1_000),
  offset: queryInteger(0, 0, Number.MAX_SAFE_INTEGER),
});

/**
 * GET /workspace/webhooks/{webhook_id}/deliveries [OpenAPI list_deliveries: an array of WebhookDeliveryResponse]. Chosen:
 * newest first, and at most 1000.
 */
export const listWebhookDeliveries: Endpoint = {
  name: 'listWebhookDeliveries',
  method: 'GET',
  path: '/workspace/webhooks/:webhookId/deliveries',
  authenticated: true,
  handle(call, cloud) {
    const { limit, offset } = parseQuery(call, querySchema);
    const newestFirst = finishedDeliveries(cloud, addressedWebhook(call, cloud)).reverse();
    return { status: 200, body: newestFirst.slice(offset, offset + limit).map(deliveryRecord) };
  },
};
