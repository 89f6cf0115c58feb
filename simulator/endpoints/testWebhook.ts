import { addressedWebhook } from '../server/addressedWebhook.js';
import type { Endpoint } from '../server/endpoint.js';

/**
 * POST /workspace/webhooks/{webhook_id}/test [OpenAPI test_webhook: 200 untyped]. What a test event looks like is unknown:
 * "webhook.test" with a message in data, and its id in the answer, are chosen. It goes out whatever the webhook has
 * subscribed to, and also while it is disabled.
 */
export const testWebhook: Endpoint = {
  name: 'testWebhook',
  method: 'POST',
  path: '/workspace/webhooks/:webhookId/test',
  authenticated: true,
  handle(call, cloud) {
    const webhook = addressedWebhook(call, cloud);
    const data = { message: 'This is a test event.' };
    const { eventId } = cloud.webhooks.send(webhook, 'webhook.test', data, cloud.clock.now());
    return { status: 200, body: { event_id: eventId } };
  },
};
