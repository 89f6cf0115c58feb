import {
  type Address,
  concat,
  getAddress,
  type Hex,
  hashMessage,
  pad,
  recoverAddress,
  size,
  slice,
  toHex,
  zeroAddress,
} from 'viem';
import type { SafesOnChain } from './safeOnChain.js';

/** The names by which the service tells kinds of signatures (safe-eth-py, SafeSignatureType). */
export type SignatureType = 'CONTRACT_SIGNATURE' | 'APPROVED_HASH' | 'EOA' | 'ETH_SIGN';

/** One signature of a list, with whose it would be. */
export interface ParsedSignature {
  readonly owner: Address;
  readonly type: SignatureType;
  /** In a form that stands alone. */
  readonly signature: Hex;
  /** Of a contract: its own bytes. */
  readonly inner: Hex;
}

/** Bytes of one signature: r, s, v. */
const length = 65;

/**
 * Takes a list of signatures apart: 65 bytes each, and behind them the bytes of owners that are contracts. Bytes that are
 * left over are passed over (safe-eth-py, SafeSignature.parse_signature).
 */
export async function parseSignatures(signatures: Hex, hash: Hex): Promise<readonly ParsedSignature[]> {
  const parsed: ParsedSignature[] = [];
  let end = size(signatures);
  for (let at = 0; at + length <= end; at += length) {
    const one = await parse(signatures, at, hash);
    if (one.startsAt !== null) end = Math.min(end, one.startsAt);
    parsed.push(one.signature);
  }
  return parsed;
}

async function parse(
  all: Hex,
  at: number,
  hash: Hex,
): Promise<{ readonly signature: ParsedSignature; readonly startsAt: number | null }> {
  const signature = slice(all, at, at + length);
  const v = Number(slice(signature, 64));
  const named = getAddress(slice(signature, 12, 32));
  if (v === 0) {
    const startsAt = Number(BigInt(slice(signature, 32, 64)));
    const count = Number(BigInt(bytesOf(all, startsAt, 32)));
    const inner = bytesOf(all, startsAt + 32, count);
    const alone = concat([pad(named), toHex(length, { size: 32 }), '0x00', toHex(size(inner), { size: 32 }), inner]);
    return { signature: { owner: named, type: 'CONTRACT_SIGNATURE', signature: alone, inner }, startsAt };
  }
  if (v === 1) return { signature: { owner: named, type: 'APPROVED_HASH', signature, inner: '0x' }, startsAt: null };
  const asMessage = v > 30;
  const signed = asMessage ? hashMessage({ raw: hash }) : hash;
  const plain: Hex = asMessage ? concat([slice(signature, 0, 64), toHex(v - 4, { size: 1 })]) : signature;
  // What fits no key is somebody's whom nobody knows.
  const owner = await recoverAddress({ hash: signed, signature: plain }).catch(() => zeroAddress);
  return { signature: { owner, type: asMessage ? 'ETH_SIGN' : 'EOA', signature, inner: '0x' }, startsAt: null };
}

const bytesOf = (all: Hex, from: number, count: number): Hex =>
  from + count <= size(all) && count > 0 ? slice(all, from, from + count) : '0x00';

/** Of a key it is valid by itself: whose it is was computed from it. */
export function isValid(
  chain: SafesOnChain,
  { owner, type, inner }: ParsedSignature,
  { safe, hash, preimage }: { readonly safe: Address; readonly hash: Hex; readonly preimage: Hex },
): Promise<boolean> {
  if (type === 'CONTRACT_SIGNATURE') return chain.acceptsSignature(owner, preimage, inner);
  return type === 'APPROVED_HASH' ? chain.hasApproved(safe, owner, hash) : Promise.resolve(true);
}
