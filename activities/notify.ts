import type { NotificationActivities } from '../model/notification.js';
import { activity } from './activity.js';
import { deliver } from './notifications/deliver.js';
import type { NotificationTarget } from './notifications/target.js';

interface NotifyClients {
  /** Null where the worker has nowhere to send notifications to. */
  readonly target: NotificationTarget | null;
}

/** Posts a notification. Safe to repeat: the delivery id is the same for every attempt, so that a receiver can tell. */
export const createNotify = ({ target }: NotifyClients): NotificationActivities['notify'] =>
  activity(async (notification, execution) => {
    if (target !== null) await deliver(target, notification, execution);
  });
