import { z } from 'zod';
import { webhookInfo } from '../answers/webhooks.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseBody } from '../server/parse.js';
import { assertDestination, subscribedEvents, webhookName } from './webhookFields.js';

/** OpenAPI WebhookCreateRequest. */
const requestSchema = z.object({
  url: z.string(),
  events: subscribedEvents,
  name: webhookName.nullish(),
  secret: z.string().nullish(),
});

/** POST /workspace/webhooks [OpenAPI create_webhook]: 201, and the only answer with the whole secret [DOC-webhooks]. */
export const createWebhook: Endpoint = {
  name: 'createWebhook',
  method: 'POST',
  path: '/workspace/webhooks',
  authenticated: true,
  handle(call, cloud) {
    const { url, events, name, secret } = parseBody(call, requestSchema);
    assertDestination(url);
    const webhook = cloud.webhooks.add({ url, events, name: name ?? null, secret: secret ?? undefined });
    return { status: 201, body: webhookInfo(webhook, 'shown') };
  },
};
