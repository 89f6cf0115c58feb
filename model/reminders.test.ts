import { describe, expect, it } from 'vitest';
import { dueReminder, nextReminder, type ReminderSchedule, type WaitTimes } from './reminders.js';

const hour = 60 * 60 * 1000;
const day = 24 * hour;
const since = Date.parse('2026-12-01T12:00:00Z');
const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

const schedule: ReminderSchedule = {
  reminders: [day, 2 * day, 7 * day],
  beforeDeadline: [4 * hour, 3 * day, day],
  beforeTokenExpiry: [day],
};
const times: WaitTimes = {
  since: iso(since),
  deadline: iso(since + 30 * day),
  tokenExpiresAt: iso(since + 14 * day),
};

/** Everything that a worker which is always there tells of a wait until an instant, with its day. */
function told(of: WaitTimes, by: ReminderSchedule, until: number): readonly string[] {
  const all: string[] = [];
  for (let now = since; ; ) {
    const next = nextReminder(of, by, now);
    if (next === null || next.at > until) return all;
    expect(dueReminder(of, by, { told: now, now: next.at })).toEqual(next);
    all.push(`${next.key} on day ${Number(((next.at - since) / day).toFixed(2))}`);
    now = next.at;
  }
}

describe('the reminders of a wait', () => {
  it('come at the spans of the schedule, the last of which repeats, and before the token and the deadline', () => {
    expect(told(times, schedule, since + 30 * day)).toEqual([
      'reminder/1 on day 1',
      'reminder/2 on day 3',
      'reminder/3 on day 10',
      'token/86400 on day 13',
      'reminder/4 on day 17',
      'reminder/5 on day 24',
      'deadline/259200 on day 27',
      'deadline/86400 on day 29',
      'deadline/14400 on day 29.83',
    ]);
  });

  it('have no end where there is no deadline, and keep their numbers for years', () => {
    const endless = { ...times, deadline: null, tokenExpiresAt: null };
    const now = since + 3 * day + 7 * day * 1_000;
    expect(dueReminder(endless, schedule, { told: now - 1, now })).toMatchObject({ key: 'reminder/1002', at: now });
    expect(nextReminder(endless, schedule, now)).toMatchObject({ key: 'reminder/1003', at: now + 7 * day });
  });

  it('are none where the schedule names none', () => {
    const none = { reminders: [], beforeDeadline: [], beforeTokenExpiry: [] };
    expect(nextReminder(times, none, since)).toBeNull();
    expect(dueReminder(times, none, { told: since, now: since + 40 * day })).toBeNull();
  });

  it('do not pile up: of what fell due while no worker was there, the most urgent is told alone', () => {
    const due = (from: number, to: number) => dueReminder(times, schedule, { told: since + from, now: since + to });
    expect(due(0, 12 * day)).toMatchObject({ key: 'reminder/3' });
    expect(due(9 * day, 13.5 * day)).toMatchObject({ event: 'tokenExpiring' });
    expect(due(9 * day, 29.5 * day)).toMatchObject({ event: 'deadlineNear', key: 'deadline/86400' });
  });

  it('tell of nothing that has passed already', () => {
    const due = (from: number, to: number) => dueReminder(times, schedule, { told: since + from, now: since + to });
    expect(due(12 * day, 15 * day)).toBeNull();
    expect(due(23.5 * day, 31 * day)).toMatchObject({ event: 'reminder' });
  });

  it('say nothing at once about a deadline that is near from the beginning', () => {
    const short = { ...times, deadline: iso(since + 2 * day), tokenExpiresAt: null };
    expect(told(short, { ...schedule, reminders: [] }, since + 2 * day)).toEqual([
      'deadline/86400 on day 1',
      'deadline/14400 on day 1.83',
    ]);
  });

  it('move with the deadline, and those of the wait stay where they are', () => {
    const moved = { ...times, deadline: iso(since + 40 * day), tokenExpiresAt: null };
    expect(told(moved, { ...schedule, reminders: [20 * day] }, since + 40 * day)).toEqual([
      'reminder/1 on day 20',
      'deadline/259200 on day 37',
      'deadline/86400 on day 39',
      'deadline/14400 on day 39.83',
      'reminder/2 on day 40',
    ]);
  });
});
