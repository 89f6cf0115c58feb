import { z } from 'zod';
import { badRequest } from '../answers/errors.js';
import { EVENT_NAMES } from '../state/events.js';
import { destinationRefusal } from '../webhooks/destination.js';

/** `events` of a webhook: at least one, all of them known. How the real server checks them is unknown: a 422 is chosen. */
export const subscribedEvents = z.array(z.enum(EVENT_NAMES)).min(1);

/** OpenAPI: maxLength 100. */
export const webhookName = z.string().max(100);

/** 400 for a URL that webhooks must not have; status and texts are chosen. */
export function assertDestination(url: string): void {
  const refusal = destinationRefusal(url);
  if (refusal !== undefined) {
    throw badRequest(refusal);
  }
}
