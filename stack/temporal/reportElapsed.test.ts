import { expect, test } from 'vitest';
import { reportElapsed } from './reportElapsed.js';

test('a long work is reported at once and with the time gone by, and not after its end', async () => {
  const messages: string[] = [];
  let finish = (_: string) => {};
  const work = new Promise<string>((resolve) => {
    finish = resolve;
  });
  const reported = reportElapsed((message) => messages.push(message), 'Building', work, 20);
  expect(messages).toEqual(['Building']);
  await new Promise((resolve) => setTimeout(resolve, 70));
  finish('built');
  expect(await reported).toBe('built');
  const { length } = messages;
  expect(messages.slice(1)).toContain('Building: 0 s');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(messages).toHaveLength(length);
});
