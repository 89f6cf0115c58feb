import { Failure } from '../model/failure.js';
import type { Notification, NotificationActivities, Wait } from '../model/notification.js';
import { notificationOf, timesOf } from '../model/notificationOf.js';
import { type DueReminder, dueReminder, nextReminder } from '../model/reminders.js';
import { activity, type Execution } from './activity.js';
import { askChange } from './askChange.js';
import { deliver } from './notifications/deliver.js';
import type { NotificationTarget } from './notifications/target.js';

interface RemindClients {
  /** Null where the worker has nowhere to send notifications to. */
  readonly target: NotificationTarget | null;
  /** Milliseconds since the epoch. Default: the clock of this machine. */
  readonly now?: () => number | Promise<number>;
}

/** What one attempt leaves to the next. */
interface Memory {
  /** Up to when everything was told or given up, in milliseconds since the epoch. */
  readonly told: number;
  /** Whether the beginning of the wait was. */
  readonly announced: boolean;
  /** How often what is due now was tried in vain. */
  readonly failures: number;
  /** How many were given up. */
  readonly givenUp: number;
}

/** Milliseconds after which what cannot be delivered is given up. */
const longestTry = 24 * 60 * 60 * 1000;
/** Less would be a busy loop, where clocks differ a little. */
const shortestPause = 100;

/**
 * Tells of a wait, and reminds of it for as long as it lasts. Each attempt delivers what is due by now, and then fails
 * as pending until the next is: between them it costs nothing, and the history does not grow. Each but the first asks
 * the change whether it still waits. What was delivered is remembered between attempts. Where a worker dies in between,
 * one id may be delivered twice; none is ever invented.
 */
export const createRemind = ({ target, now = Date.now }: RemindClients): NotificationActivities['remind'] =>
  activity(async (begun, execution) => {
    if (target === null) return;
    const { schedule } = target;
    const wait = execution.attempt === 1 ? begun : await still(begun);
    if (wait === null) return;
    const memory = recall(execution.remembered, wait);
    const instant = await now();
    const next = nextReminder(wait, schedule, instant);
    const due = dueReminder(wait, schedule, { told: memory.told, now: instant });
    if (!memory.announced || due !== null) {
      const notification = memory.announced && due !== null ? reminderOf(wait, due) : wait.notification;
      await tell(target, notification, memory, { instant, next, execution });
    }
    if (next === null) return;
    throw pending(`Next is ${next.key} at ${new Date(next.at).toISOString()}`, memory, next.at - (await now()));
  });

/** The wait as it is now: with what has been signed, and the deadline to which it was moved. Null: it is over. */
async function still({ notification, since }: Wait): Promise<Wait | null> {
  const status = await askChange();
  if (status.wait?.deliveryId !== notification.deliveryId) return null;
  return { notification: notificationOf(status, notification), since, ...timesOf(status) };
}

const pending = (what: string, { givenUp }: Memory, pause: number): Failure =>
  new Failure('NotificationPending', `${what}.${givenUp > 0 ? ` Given up so far: ${givenUp}.` : ''}`, {
    retryAfter: Math.max(pause, shortestPause),
  });

function recall(remembered: unknown, { notification }: Wait): Memory {
  const fresh: Memory = { told: Date.parse(notification.occurredAt), announced: false, failures: 0, givenUp: 0 };
  // Whatever it is, an attempt of this activity has written it.
  return typeof remembered === 'object' && remembered !== null ? { ...fresh, ...remembered } : fresh;
}

const reminderOf = ({ notification }: Wait, { key, event, at }: DueReminder): Notification => ({
  ...notification,
  deliveryId: `${notification.deliveryId}/${key}`,
  event,
  occurredAt: new Date(at).toISOString(),
});

interface Telling {
  readonly instant: number;
  readonly next: DueReminder | null;
  readonly execution: Execution;
}

/** @throws Failure ReceiverUnavailable, to be tried again; NotificationPending where it was given up */
async function tell(
  target: NotificationTarget,
  notification: Notification,
  memory: Memory,
  { instant, next, execution }: Telling,
): Promise<void> {
  const { failures, givenUp } = memory;
  const at = Date.parse(notification.occurredAt);
  try {
    await deliver(target, notification, execution);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.type === 'ReceiverUnavailable' && instant - at < longestTry) {
      execution.remember({ ...memory, failures: failures + 1 });
      // What falls due meanwhile may be more urgent.
      const pause = Math.min(5_000 * 2 ** Math.min(failures, 20), 3_600_000, next ? next.at - instant : Infinity);
      throw new Failure(error.type, error.message, { retryAfter: error.retryAfter ?? Math.max(pause, shortestPause) });
    }
    const without: Memory = { told: at, announced: true, failures: 0, givenUp: givenUp + 1 };
    execution.remember(without);
    throw pending(`${notification.deliveryId} was given up`, without, 0);
  }
  execution.remember({ told: instant, announced: true, failures: 0, givenUp } satisfies Memory);
}
