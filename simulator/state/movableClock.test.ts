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
