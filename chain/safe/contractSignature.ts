import { size, slice } from 'viem';
import type { Hex } from '../../model/hex.js';

/** Bytes of what stands for an owner that is a contract: its address, where its own bytes begin, and a zero. */
const head = 65;
const word = 32;

/**
 * The bytes that a contract gave as its signature, out of the form that stands alone: the reverse of what
 * `encodeSignatures` makes of one.
 *
 * @returns null where it is not in that form
 */
export function contractSignature(alone: Hex): Hex | null {
  if (size(alone) < head + word || Number(slice(alone, head - 1, head)) !== 0) return null;
  const offset = Number(BigInt(slice(alone, word, 2 * word)));
  if (offset !== head) return null;
  const count = Number(BigInt(slice(alone, head, head + word)));
  const from = head + word;
  return count > 0 && from + count <= size(alone) ? slice(alone, from, from + count) : null;
}
