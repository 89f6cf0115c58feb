import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { MovableClock } from './movableClock.js';

test('moving the clock brings what is due, and only that, and waits for it', async () => {
  const clock = new MovableClock();
  const happened: string[] = [];
  clock.at(clock.milliseconds() + 60_000, async () => {
    await pause(20);
    happened.push('in a minute');
  });
  clock.at(clock.milliseconds() + 3_600_000, async () => void happened.push('in an hour'));
  await clock.advance(61_000);
  expect(happened).toEqual(['in a minute']);
  clock.stop();
});

test('time also passes by itself', async () => {
  const clock = new MovableClock();
  const happened = new Promise<void>((resolve) => clock.at(clock.milliseconds() + 20, async () => resolve()));
  await happened;
});

test('a task that schedules another one due at once brings that one as well', async () => {
  const clock = new MovableClock();
  const happened: number[] = [];
  clock.at(clock.milliseconds() + 1_000, async () => {
    clock.at(clock.milliseconds(), async () => void happened.push(2));
    happened.push(1);
  });
  await clock.advance(1_000);
  expect(happened).toEqual([1, 2]);
});

test('each task finds the clock at its own instant, in order, and so does what it schedules in turn', async () => {
  const clock = new MovableClock();
  const start = clock.milliseconds();
  const happened: [string, number][] = [];
  const note = (what: string) => happened.push([what, Math.floor((clock.milliseconds() - start) / 60_000)]);
  clock.at(start + 3_600_000, async () => void note('in an hour'));
  clock.at(start + 60_000, async () => {
    note('in a minute');
    clock.at(start + 600_000, async () => void note('in ten'));
  });
  await Promise.all([clock.advance(3_000_000), clock.advance(4_200_000)]);
  expect(happened).toEqual([
    ['in a minute', 1],
    ['in ten', 10],
    ['in an hour', 60],
  ]);
  expect(Math.floor((clock.milliseconds() - start) / 1_000)).toBe(7_200);
  clock.stop();
});

test('a stopped clock brings nothing, and no clock goes back', async () => {
  const clock = new MovableClock();
  let happened = false;
  clock.at(clock.milliseconds() + 10, async () => {
    happened = true;
  });
  clock.stop();
  await pause(30);
  expect(happened).toBe(false);
  await expect(clock.advance(-1)).rejects.toThrow(RangeError);
});

test('it may start ahead of real time, or behind it', () => {
  for (const offset of [600_000, -600_000]) {
    expect(Math.abs(new MovableClock(offset).milliseconds() - Date.now() - offset)).toBeLessThan(1_000);
  }
});
