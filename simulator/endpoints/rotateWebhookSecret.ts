import { twoFactorRequired } from '../answers/errors.js';
import { addressedWebhook } from '../server/addressedWebhook.js';
import type { Endpoint } from '../server/endpoint.js';

/** POST /workspace/webhooks/{webhook_id}/rotate-secret [DOC-webhooks "Rotate Secret"]: always 403, as reveal-secret is. */
export const rotateWebhookSecret: Endpoint = {
  name: 'rotateWebhookSecret',
  method: 'POST',
  path: '/workspace/webhooks/:webhookId/rotate-secret',
  authenticated: true,
  handle(call, cloud) {
    addressedWebhook(call, cloud);
    throw twoFactorRequired();
  },
};
