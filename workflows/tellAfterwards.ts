import { ActivityFailure } from '@temporalio/workflow';
import type { Notification } from '../model/notification.js';
import { notify } from './activities.js';

/** What became of the last notifications of a change, by delivery id. */
export interface Told {
  readonly delivered: readonly string[];
  /** Refused by the receiver, or tried for a day in vain. */
  readonly givenUp: readonly string[];
}

/**
 * Delivers what a change had to tell when it ended, its end above all. Started at its end, and no part of it: whatever
 * becomes of this, the change has ended.
 */
export async function tellAfterwards(notifications: readonly Notification[]): Promise<Told> {
  const told = await Promise.all(
    notifications.map(async (notification) => {
      const { deliveryId, event, change } = notification;
      try {
        await notify.executeWithOptions({ summary: `tell that ${change} is ${event}` }, [notification]);
        return { deliveryId, delivered: true };
      } catch (error) {
        if (error instanceof ActivityFailure) return { deliveryId, delivered: false };
        throw error;
      }
    }),
  );
  const those = (delivered: boolean) => told.filter((one) => one.delivered === delivered).map((one) => one.deliveryId);
  return { delivered: those(true), givenUp: those(false) };
}
