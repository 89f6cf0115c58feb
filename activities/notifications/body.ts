import type { Notification } from '../../model/notification.js';
import { commandsOf, sentenceOf, titleOf } from './words.js';

/** The body that receivers get, as docs/how-to/receive-notifications.md describes it. */
export interface NotificationBody extends Omit<Notification, 'deliveryId' | 'event'> {
  /** Of this form. Fields may be added to it; one that changes its meaning or goes makes it 2. */
  readonly version: 1;
  /** The delivery id. */
  readonly id: string;
  /** `change.` and what happened. */
  readonly event: `change.${Notification['event']}`;
  /** "Update of my-app" */
  readonly title: string;
  /** What happened, for people. */
  readonly text: string;
  readonly links: {
    /** The queue in the Safe app. */
    readonly safeQueue: string | null;
    /** The page of the change in the Temporal Web UI. */
    readonly temporal: string | null;
  };
  /** Commands that carry the change on. */
  readonly commands: readonly string[];
}

/** Makes the body. @param page of the change in the Temporal Web UI; null where it is not known */
export function bodyOf(notification: Notification, page: string | null): NotificationBody {
  const { deliveryId, event, ...facts } = notification;
  return {
    version: 1,
    id: deliveryId,
    event: `change.${event}`,
    title: titleOf(notification),
    text: sentenceOf(notification),
    ...facts,
    links: { safeQueue: notification.registration?.safe?.queueUrl ?? null, temporal: page },
    commands: commandsOf(notification),
  };
}
