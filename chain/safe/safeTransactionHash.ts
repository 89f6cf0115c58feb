import { concat, hashDomain, hashStruct, hashTypedData } from 'viem';
import { type Address, type Hex, type SafeTransactionHash, safeTransactionHashSchema } from '../../model/hex.js';
import type { SafeTransaction } from '../../model/safe.js';
import { safeTypedData } from '../../model/safeTypedData.js';

/** A Safe transaction, and what a signature over it is bound to. */
export interface BoundTransaction {
  readonly chainId: number;
  readonly safe: Address;
  readonly transaction: SafeTransaction;
}

/** The document as viem takes it: numbers as numbers. */
export function typedDataOf(bound: BoundTransaction) {
  const { domain, message, types, primaryType } = safeTypedData(bound);
  const numbers = { value: 0n, safeTxGas: 0n, baseGas: 0n, gasPrice: 0n, nonce: BigInt(message.nonce) };
  return {
    types,
    primaryType,
    domain: { ...domain, chainId: BigInt(domain.chainId) },
    message: { ...message, ...numbers },
  } as const;
}

/** The hash that the owners of a Safe sign, and by which Safe's services and events know the transaction. */
export const safeTransactionHash = (bound: BoundTransaction): SafeTransactionHash =>
  safeTransactionHashSchema.parse(hashTypedData(typedDataOf(bound)));

/** What is hashed: `encodeTransactionData` of the contract. Safes before 1.5.0 show it to owners that are contracts. */
export function encodedTransaction(bound: BoundTransaction): Hex {
  const { domain, types, primaryType, message } = typedDataOf(bound);
  const parts = [hashDomain({ domain, types }), hashStruct({ data: message, types, primaryType })];
  return concat(['0x1901', ...parts]);
}
