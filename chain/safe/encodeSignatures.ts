import { concat, type Hex, pad, size, toHex } from 'viem';
import type { SafeSignature } from '../../model/safe.js';

type Given = Pick<SafeSignature, 'owner' | 'kind' | 'signature'>;

/** Bytes of one signature, and of what stands in its place where the bytes are elsewhere or nowhere. */
const slot = 65;

/**
 * Signatures as `execTransaction` takes them: 65 bytes for each owner, in the order of their addresses; behind them the
 * bytes of those owners that are contracts, each with its length, at the place that the owner's own 65 bytes name.
 */
export function encodeSignatures(signatures: readonly Given[]): Hex {
  const ordered = signatures.toSorted((one, other) => (one.owner < other.owner ? -1 : 1));
  const heads: Hex[] = [];
  const tails: Hex[] = [];
  let offset = ordered.length * slot;
  for (const { owner, kind, signature } of ordered) {
    if (kind === 'key') {
      heads.push(signature);
      continue;
    }
    heads.push(
      concat([
        pad(owner),
        toHex(kind === 'contract' ? offset : 0, { size: 32 }),
        kind === 'contract' ? '0x00' : '0x01',
      ]),
    );
    if (kind === 'approval') continue;
    const tail = concat([toHex(size(signature), { size: 32 }), signature]);
    tails.push(tail);
    offset += size(tail);
  }
  return concat([...heads, ...tails]);
}
