import type { NotificationEvent, Wait } from './notification.js';

/** When people are reminded of a wait. All spans are in milliseconds. */
export interface ReminderSchedule {
  /** After the wait began, then after each other; the last one is repeated. Empty: no reminders. */
  readonly reminders: readonly number[];
  /** Before the deadline of the change, in any order. */
  readonly beforeDeadline: readonly number[];
  /** Before the commit token expires, in any order. */
  readonly beforeTokenExpiry: readonly number[];
}

/** Something that is told at an instant of a wait. */
export interface DueReminder {
  /** Names it among all of its wait, whatever the schedule of the worker that delivers it: `reminder/2`, `deadline/86400` (seconds before). */
  readonly key: string;
  readonly event: Extract<NotificationEvent, 'reminder' | 'deadlineNear' | 'tokenExpiring'>;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The instants of a wait, without what is told of it. */
export type WaitTimes = Pick<Wait, 'since' | 'deadline' | 'tokenExpiresAt'>;

/**
 * What is due of a wait: what fell due after `told` and is not in the future. Of several the most urgent is told alone:
 * a worker that was away for a week does not send a week's reminders. What has passed already is not told any more.
 *
 * @param told up to when everything was told, in milliseconds since the epoch
 * @returns null where nothing is due
 */
export function dueReminder(
  times: WaitTimes,
  schedule: ReminderSchedule,
  { told, now }: { readonly told: number; readonly now: number },
): DueReminder | null {
  const { deadline, token } = escalations(times, schedule);
  const isDue = ({ at }: DueReminder): boolean => at > told && at <= now;
  const before = (instant: string | null) => instant !== null && now < Date.parse(instant);
  return (
    (before(times.deadline) ? deadline.findLast(isDue) : undefined) ??
    (before(times.tokenExpiresAt) ? token.findLast(isDue) : undefined) ??
    [reminderAtOrBefore(times, schedule, now)].find((reminder) => reminder !== null && isDue(reminder)) ??
    null
  );
}

/** What comes next of a wait after an instant; null where nothing does. */
export function nextReminder(times: WaitTimes, schedule: ReminderSchedule, now: number): DueReminder | null {
  const { deadline, token } = escalations(times, schedule);
  const number = (reminderAtOrBefore(times, schedule, now)?.number ?? 0) + 1;
  const coming = [...deadline, ...token, ...reminderNumbered(times, schedule, number)].filter(({ at }) => at > now);
  return coming.reduce<DueReminder | null>((first, one) => (first && first.at <= one.at ? first : one), null);
}

/** Before the deadline and before the token expires, each in the order of time. */
function escalations({ since, deadline, tokenExpiresAt }: WaitTimes, schedule: ReminderSchedule) {
  const before = (
    event: 'deadlineNear' | 'tokenExpiring',
    word: string,
    instant: string | null,
    spans: readonly number[],
  ): readonly DueReminder[] =>
    instant === null
      ? []
      : spans
          .map((span) => ({ key: `${word}/${span / 1000}`, event, at: Date.parse(instant) - span }))
          // What is nearer than that from the beginning is told with the beginning.
          .filter(({ at }) => at > Date.parse(since))
          .toSorted((one, other) => one.at - other.at);
  return {
    deadline: before('deadlineNear', 'deadline', deadline, schedule.beforeDeadline),
    token: before('tokenExpiring', 'token', tokenExpiresAt, schedule.beforeTokenExpiry),
  };
}

interface NumberedReminder extends DueReminder {
  /** From 1. */
  readonly number: number;
}

/** The newest reminder of an instant. In one step, however long the wait. */
function reminderAtOrBefore(times: WaitTimes, schedule: ReminderSchedule, now: number): NumberedReminder | null {
  const { reminders } = schedule;
  const last = reminders.at(-1);
  if (last === undefined) return null;
  const elapsed = now - Date.parse(times.since);
  let number = 0;
  let sum = 0;
  for (const span of reminders) {
    if (sum + span > elapsed) break;
    sum += span;
    number++;
  }
  if (number === reminders.length) number += Math.floor((elapsed - sum) / last);
  return reminderNumbered(times, schedule, number)[0] ?? null;
}

/** The reminder of that number, from 1; empty where there is none. */
function reminderNumbered(
  { since }: WaitTimes,
  { reminders }: ReminderSchedule,
  number: number,
): readonly NumberedReminder[] {
  const last = reminders.at(-1);
  if (last === undefined || number < 1) return [];
  const listed = reminders.slice(0, number).reduce((sum, span) => sum + span, 0);
  const at = Date.parse(since) + listed + Math.max(number - reminders.length, 0) * last;
  return [{ key: `reminder/${number}`, event: 'reminder', at, number }];
}
