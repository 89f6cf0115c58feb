import { describe, expect, it } from 'vitest';
import { pollDelay } from './pollDelay.js';

const pace = { first: 5_000, factor: 1.25, longest: 300_000 };

describe('the wait between two looks', () => {
  it('starts short, grows, and stays below its bound, at any attempt', () => {
    const delays = [1, 5, 10, 20, 1_000, 1_000_000].map((attempt) => pollDelay(attempt, pace));
    expect(delays[0]).toBeLessThan(6_000);
    for (const delay of delays) {
      expect(delay).toBeGreaterThanOrEqual(5_000 * (5 / 6) - 1);
      expect(delay).toBeLessThanOrEqual(300_000 * (7 / 6) + 1);
    }
    expect(delays[4]).toBeGreaterThan(200_000);
  });

  it('is spread, so that many changes do not ask at once', () => {
    expect(new Set(Array.from({ length: 50 }, () => pollDelay(8, pace))).size).toBeGreaterThan(40);
  });
});
