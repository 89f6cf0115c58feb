import { randomBytes } from 'node:crypto';

/** One webhook of the workspace [OpenAPI WebhookResponse]. */
export interface Webhook {
  /** What the real ids look like is unknown; "whk_" and 16 hex digits are chosen. */
  readonly id: string;
  readonly url: string;
  /** Key of the signatures, used as plain text. */
  readonly secret: string;
  readonly events: readonly string[];
  readonly name: string | null;
  readonly enabled: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a caller says of a new webhook. */
export interface NewWebhook {
  readonly url: string;
  readonly events: readonly string[];
  readonly name: string | null;
  /** undefined: the server makes one. */
  readonly secret: string | undefined;
}

export type WebhookChange = Partial<Pick<Webhook, 'url' | 'events' | 'name' | 'enabled'>>;

/** Enabled from the start. A secret is "whsec_" and 32 bytes in base64url [DOC-multisig "Subscribing"]. */
export function createWebhook({ url, events, name, secret }: NewWebhook, now: Date): Webhook {
  return {
    id: `whk_${randomBytes(8).toString('hex')}`,
    url,
    secret: secret ?? `whsec_${randomBytes(32).toString('base64url')}`,
    events,
    name,
    enabled: true,
    createdAt: now,
    updatedAt: now,
  };
}
