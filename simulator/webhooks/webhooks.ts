import type { JsonObject } from '../rules/json.js';
import type { SimulatorLogger } from '../server/logger.js';
import type { CloudEvents } from '../state/events.js';
import type { MovableClock } from '../state/movableClock.js';
import { attemptDelivery } from './attemptDelivery.js';
import type { WebhookDelivery } from './delivery.js';
import { envelope, newEventId } from './envelope.js';
import { eventData } from './eventData.js';
import { createWebhook, type NewWebhook, type Webhook, type WebhookChange } from './webhook.js';

/** "Up to 3 retries: 1 min → 10 min → 1 hour" [DOC-webhooks "Delivery Behavior"], each counted from the attempt before. */
const RETRY_AFTER = [60_000, 600_000, 3_600_000];

export interface WebhookSettings {
  readonly clock: MovableClock;
  readonly events: CloudEvents;
  readonly timeoutMilliseconds: number;
  readonly logger: SimulatorLogger;
  readonly closing: AbortSignal;
}

/**
 * The webhooks of the workspace and everything sent to them. A delivery is a task of the simulator's clock: `advance`
 * returns when what was due has been answered, or has timed out.
 *
 * Chosen: a retry goes to the URL, and is signed with the secret, that the webhook has by then; once the webhook is gone
 * or disabled there is none.
 */
export class Webhooks {
  readonly #settings: WebhookSettings;
  readonly #webhooks = new Map<string, Webhook>();
  readonly #deliveries: WebhookDelivery[] = [];

  constructor(settings: WebhookSettings) {
    this.#settings = settings;
    settings.events.listen((event) => {
      for (const webhook of this.all()) {
        if (webhook.enabled && webhook.events.includes(event.name)) {
          this.send(webhook, event.name, eventData(event), event.at);
        }
      }
    });
  }

  /** Oldest first. */
  all(): readonly Webhook[] {
    return [...this.#webhooks.values()];
  }

  get(id: string): Webhook | undefined {
    return this.#webhooks.get(id);
  }

  add(definition: NewWebhook): Webhook {
    const webhook = createWebhook(definition, this.#settings.clock.now());
    this.#webhooks.set(webhook.id, webhook);
    return webhook;
  }

  change(webhook: Webhook, change: WebhookChange): Webhook {
    const changed = { ...webhook, ...change, updatedAt: this.#settings.clock.now() };
    this.#webhooks.set(webhook.id, changed);
    return changed;
  }

  remove(webhook: Webhook): void {
    this.#webhooks.delete(webhook.id);
  }

  /** Everything ever sent or to be sent, oldest first. Live: it grows and changes as things happen. */
  get deliveries(): readonly WebhookDelivery[] {
    return this.#deliveries;
  }

  /** Sends something to one webhook, with retries. */
  send(webhook: Webhook, event: string, data: JsonObject, at: Date, original?: WebhookDelivery): WebhookDelivery {
    const eventId = newEventId();
    const delivery: WebhookDelivery = {
      number: this.#deliveries.length + 1,
      webhookId: webhook.id,
      eventId,
      event,
      originalEventId: original === undefined ? undefined : (original.originalEventId ?? original.eventId),
      data,
      payload: envelope(eventId, event, at, data),
      createdAt: at,
      url: webhook.url,
      status: 'pending',
      attempts: [],
    };
    this.#deliveries.push(delivery);
    this.#attemptAt(delivery, this.#settings.clock.milliseconds());
    return delivery;
  }

  #attemptAt(delivery: WebhookDelivery, instant: number): void {
    this.#settings.clock.at(instant, () => this.#attempt(delivery));
  }

  async #attempt(delivery: WebhookDelivery): Promise<void> {
    const { clock, timeoutMilliseconds, closing, logger } = this.#settings;
    const webhook = this.get(delivery.webhookId);
    // A test or a resend goes out even to a webhook that is disabled; what waits for a retry does not.
    if (webhook === undefined || (!webhook.enabled && delivery.attempts.length > 0)) {
      delivery.status = 'failed';
      return;
    }
    delivery.url = webhook.url;
    const attempt = await attemptDelivery({ webhook, delivery, at: clock.now(), timeoutMilliseconds, closing });
    delivery.attempts.push(attempt);
    const { eventId, event, attempts } = delivery;
    const { responseStatus, error } = attempt;
    logger.info({ webhook: webhook.id, eventId, event, attempt: attempts.length, responseStatus, error }, 'webhook');
    const wait = RETRY_AFTER[attempts.length - 1];
    if (error === undefined) {
      delivery.status = 'success';
    } else if (wait === undefined) {
      delivery.status = 'failed';
    } else {
      this.#attemptAt(delivery, clock.milliseconds() + wait);
    }
  }
}
