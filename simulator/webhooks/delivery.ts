import type { JsonObject } from '../rules/json.js';

/** One event on its way to one webhook. */
export interface WebhookDelivery {
  /** "snowflake_id" of the record [OpenAPI WebhookDeliveryResponse]; counted from 1. */
  readonly number: number;
  readonly webhookId: string;
  readonly eventId: string;
  readonly event: string;
  /** Of the first delivery, where this one was sent again by hand. */
  readonly originalEventId: string | undefined;
  readonly data: JsonObject;
  /** The body as it is sent. That of a pending approval holds a live commit token: it belongs into no log. */
  readonly payload: string;
  readonly createdAt: Date;
  /** Where the last attempt went, or the first will go. */
  url: string;
  /** "pending" until one attempt was answered well or the last one failed. */
  status: 'pending' | 'success' | 'failed';
  readonly attempts: DeliveryAttempt[];
}

/** One request to the receiver. */
export interface DeliveryAttempt {
  readonly at: Date;
  /** undefined: there was no answer. */
  readonly responseStatus: number | undefined;
  /** undefined: it was taken. */
  readonly error: string | undefined;
  /** Real time. */
  readonly durationMilliseconds: number;
}
