import type { Hex } from 'viem';

/**
 * Inside the simulator every hash, id and address is lower-case hex WITH 0x. The real API mixes both forms
 * (facts §2(b), §11), so the form is chosen where an answer is built, and both are taken in.
 */
export function prefixed(value: string): Hex {
  return `0x${bare(value)}`;
}

/** The same value without 0x, lower case. */
export function bare(value: string): string {
  const lowerCase = value.toLowerCase();
  return lowerCase.startsWith('0x') ? lowerCase.slice(2) : lowerCase;
}

/** Whether a text is hex of exactly that many bytes, with or without 0x. */
export function isHexOf(bytes: number, value: string): boolean {
  return new RegExp(`^(0x)?[0-9a-f]{${bytes * 2}}$`, 'i').test(value);
}
