import { hashMessage, recoverAddress } from 'viem';
import { type Address, addressSchema, type Hex } from '../../model/hex.js';
import { possibleSigners } from './recoverSigner.js';
import { type BoundTransaction, safeTransactionHash } from './safeTransactionHash.js';

/** Chains that apps live on, and those that people try things out on. */
const commonChains = [1, 8453, 84532, 11155111, 31337];
/** Nonces before and after that people take for the next one. */
const nearby = [-3, -2, -1, 1, 2, 3];

/**
 * What a signature was probably made over that no owner made over the right hash: the transaction with another nonce, on
 * another chain, or the hash as text.
 *
 * @returns one sentence; null where nothing fits
 */
export async function explainSignature(
  bound: BoundTransaction,
  owners: readonly Address[],
  signature: Hex,
): Promise<string | null> {
  const { transaction, chainId } = bound;
  const { nonce } = transaction;
  for (const other of nearby.map((step) => nonce + step).filter((value) => value >= 0)) {
    const owner = await signer({ ...bound, transaction: { ...transaction, nonce: other } }, owners, signature);
    if (owner) return `It is ${owner}'s, over the same with nonce ${other}; the nonce is ${nonce}.`;
  }
  for (const other of commonChains.filter((id) => id !== chainId)) {
    const owner = await signer({ ...bound, chainId: other }, owners, signature);
    if (owner) return `It is ${owner}'s, over the same on chain ${other}; the Safe is on chain ${chainId}.`;
  }
  const asText = hashMessage(safeTransactionHash(bound));
  const author = await recoverAddress({ hash: asText, signature }).catch(() => null);
  const owner = owners.find((one) => author !== null && one === addressSchema.parse(author));
  return owner ? `It is ${owner}'s, over the hash as text: sign its 32 bytes, or the EIP-712 document.` : null;
}

async function signer(bound: BoundTransaction, owners: readonly Address[], signature: Hex): Promise<Address | null> {
  const possible = await possibleSigners(safeTransactionHash(bound), signature);
  return possible.find(({ owner }) => owners.includes(owner))?.owner ?? null;
}
