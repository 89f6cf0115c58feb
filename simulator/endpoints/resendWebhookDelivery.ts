import { notFound } from '../answers/errors.js';
import { addressedWebhook } from '../server/addressedWebhook.js';
import type { Endpoint } from '../server/endpoint.js';
import { finishedDeliveries } from './finishedDeliveries.js';

/**
 * POST /workspace/webhooks/{webhook_id}/deliveries/{event_id}/resend [OpenAPI resend_delivery: 200 untyped]: the same data
 * under a new event id, with the first one's as original_event_id [facts §4]. Chosen: the answer names both; only a
 * delivery that has come to its end can be sent again.
 */
export const resendWebhookDelivery: Endpoint = {
  name: 'resendWebhookDelivery',
  method: 'POST',
  path: '/workspace/webhooks/:webhookId/deliveries/:eventId/resend',
  authenticated: true,
  handle(call, cloud) {
    const webhook = addressedWebhook(call, cloud);
    const original = finishedDeliveries(cloud, webhook).find(({ eventId }) => eventId === call.params['eventId']);
    if (original === undefined) {
      throw notFound('Delivery');
    }
    const { event, data } = original;
    const { eventId, originalEventId } = cloud.webhooks.send(webhook, event, data, cloud.clock.now(), original);
    return { status: 200, body: { event_id: eventId, original_event_id: originalEventId } };
  },
};
