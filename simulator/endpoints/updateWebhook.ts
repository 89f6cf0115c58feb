import { z } from 'zod';
import { webhookInfo } from '../answers/webhooks.js';
import { addressedWebhook } from '../server/addressedWebhook.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseBody } from '../server/parse.js';
import { assertDestination, subscribedEvents, webhookName } from './webhookFields.js';

/** OpenAPI WebhookUpdateRequest. */
const requestSchema = z.object({
  url: z.string().nullish(),
  events: subscribedEvents.nullish(),
  name: webhookName.nullish(),
  enabled: z.boolean().nullish(),
});

/** PUT /workspace/webhooks/{webhook_id} [OpenAPI update_webhook]. Chosen: null leaves a field as it is, but clears the name. */
export const updateWebhook: Endpoint = {
  name: 'updateWebhook',
  method: 'PUT',
  path: '/workspace/webhooks/:webhookId',
  authenticated: true,
  handle(call, cloud) {
    const change = parseBody(call, requestSchema);
    const webhook = addressedWebhook(call, cloud);
    const url = change.url ?? webhook.url;
    assertDestination(url);
    const changed = cloud.webhooks.change(webhook, {
      url,
      events: change.events ?? webhook.events,
      name: change.name === undefined ? webhook.name : change.name,
      enabled: change.enabled ?? webhook.enabled,
    });
    return { status: 200, body: webhookInfo(changed, 'masked') };
  },
};
