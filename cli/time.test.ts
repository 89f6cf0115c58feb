import { describe, expect, it } from 'vitest';
import { readDeadline } from './time.js';
import { UsageError } from './usageError.js';

const now = Date.parse('2026-11-21T00:00:00Z');

describe('a deadline on the command line', () => {
  it.each([
    ['7d', '2026-11-28T00:00:00.000Z'],
    ['36h', '2026-11-22T12:00:00.000Z'],
    ['2w', '2026-12-05T00:00:00.000Z'],
    ['2026-12-01T12:00:00+02:00', '2026-12-01T10:00:00.000Z'],
    ['2026-12-01T12:00Z', '2026-12-01T12:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(readDeadline(text, now)).toBe(instant);
  });

  it.each([['tomorrow'], ['7 parsecs'], ['2026-12-01T12:00:00'], ['2026-12-01'], ['']])('is not %j', (text) => {
    expect(() => readDeadline(text, now)).toThrow(UsageError);
  });
});
