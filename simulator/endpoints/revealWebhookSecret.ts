import { twoFactorRequired } from '../answers/errors.js';
import { addressedWebhook } from '../server/addressedWebhook.js';
import type { Endpoint } from '../server/endpoint.js';

/**
 * POST /workspace/webhooks/{webhook_id}/reveal-secret [DOC-webhooks "Reveal Secret"]: always 403, because the one user of the
 * simulator has no second factor (GET /auth/me says so, too).
 */
export const revealWebhookSecret: Endpoint = {
  name: 'revealWebhookSecret',
  method: 'POST',
  path: '/workspace/webhooks/:webhookId/reveal-secret',
  authenticated: true,
  handle(call, cloud) {
    addressedWebhook(call, cloud);
    throw twoFactorRequired();
  },
};
