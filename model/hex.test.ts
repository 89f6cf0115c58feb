import { describe, expect, it } from 'vitest';
import { addressSchema, composeHashSchema, transactionHashSchema } from './hex.js';

const digits = 'aB'.repeat(32);

describe('hashes and addresses', () => {
  it('come with or without 0x, in either case, and leave in one form', () => {
    const expected = `0x${'ab'.repeat(32)}`;
    for (const text of [digits, `0x${digits}`, `0X${digits}`, digits.toUpperCase()]) {
      expect(composeHashSchema.parse(text)).toBe(expected);
    }
    expect(addressSchema.parse('Ab'.repeat(20))).toBe(`0x${'ab'.repeat(20)}`);
  });

  it('are refused where a digit is missing, too many, or none', () => {
    for (const text of [digits.slice(1), `${digits}0`, `0x${digits}0`, 'g'.repeat(64), '', '0x']) {
      expect(composeHashSchema.safeParse(text).success, text).toBe(false);
    }
  });

  it('a transaction hash wants its 0x: without it, it may be any hash', () => {
    expect(transactionHashSchema.safeParse(digits).success).toBe(false);
    expect(transactionHashSchema.parse(`0x${digits}`)).toBe(`0x${'ab'.repeat(32)}`);
  });
});
