import { describe, expect, it } from 'vitest';
import type { SealedToken } from '../model/sealedToken.js';
import { GivenTokens } from './givenTokens.js';

const now = Date.parse('2026-06-01T00:00:00Z');
const given = (token: SealedToken, day: number) => ({
  token,
  expiresAt: new Date(now + day * 86_400_000).toISOString(),
});

describe('the tokens that an adopted update was given', () => {
  it('count by when they end, in whatever order they come', () => {
    const tokens = new GivenTokens(given('token:b', 10));
    expect(tokens.offer(given('token:a', 9))).toBe(false);
    expect(tokens.current(now)).toEqual(given('token:b', 10));
    expect(tokens.offer(given('token:c', 11))).toBe(true);
    expect(tokens.current(now)).toEqual(given('token:c', 11));
  });

  it('count for nothing after their end', () => {
    expect(new GivenTokens(given('token:a', 1)).current(now + 86_400_000)).toBeNull();
  });

  it('are not taken again once they were refused, and any other one is', () => {
    const tokens = new GivenTokens(given('token:a', 10));
    tokens.spend('token:a');
    expect(tokens.current(now)).toBeNull();
    expect(tokens.offer(given('token:a', 12))).toBe(false);
    expect(tokens.current(now)).toBeNull();
    // Ends may be guesses: where the newest is void, another one may be good.
    expect(tokens.offer(given('token:b', 9))).toBe(true);
    expect(tokens.current(now)?.token).toBe('token:b');
  });

  it('are taken a hundred times, and after that when one is needed', () => {
    const tokens = new GivenTokens(given('token:0', 0));
    for (let count = 1; count <= 100; count++) {
      tokens.admit(false);
      tokens.offer(given(`token:${count}`, count));
    }
    expect(() => tokens.admit(false)).toThrow('100 tokens');
    expect(() => tokens.admit(true)).not.toThrow();
  });

  it('are not lost where an older one is refused after they came', () => {
    const tokens = new GivenTokens(given('token:a', 10));
    tokens.offer(given('token:b', 11));
    tokens.spend('token:a');
    expect(tokens.current(now)?.token).toBe('token:b');
  });

  it('are fallen back on, newest first, where a newer one is refused', () => {
    const tokens = new GivenTokens(given('token:b', 10));
    expect(tokens.offer(given('token:stale', 14))).toBe(true);
    expect(tokens.offer(given('token:a', 9))).toBe(false);
    expect(tokens.current(now)?.token).toBe('token:stale');
    tokens.spend('token:stale');
    expect(tokens.current(now)).toEqual(given('token:b', 10));
    tokens.spend('token:b');
    expect(tokens.current(now)?.token).toBe('token:a');
    tokens.spend('token:a');
    expect(tokens.current(now)).toBeNull();
    expect(tokens.offer(given('token:b', 20))).toBe(false);
  });
});
