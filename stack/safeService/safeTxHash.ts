import { type Address, concat, type Hex, hashDomain, hashStruct, keccak256 } from 'viem';
import { safeTxTypes } from '../localChain/safeTransaction.js';

/** All that the owners of a Safe sign; numbers as they are, not as the wire has them. */
export interface SafeTx {
  readonly to: Address;
  readonly value: bigint;
  readonly data: Hex;
  readonly operation: 0 | 1;
  readonly safeTxGas: bigint;
  readonly baseGas: bigint;
  readonly gasPrice: bigint;
  readonly gasToken: Address;
  readonly refundReceiver: Address;
  readonly nonce: bigint;
}

/** To hash the domain by itself its type has to be named, too. */
const types = {
  ...safeTxTypes,
  EIP712Domain: [
    { name: 'chainId', type: 'uint256' },
    { name: 'verifyingContract', type: 'address' },
  ],
} as const;

/** What is hashed: owners that are contracts are shown it (safe-eth-py, SafeTx.safe_tx_hash_preimage). */
export function safeTxPreimage(safe: Address, chainId: number, transaction: SafeTx): Hex {
  const domain = hashDomain({ domain: { chainId: BigInt(chainId), verifyingContract: safe }, types });
  return concat(['0x1901', domain, hashStruct({ data: { ...transaction }, types, primaryType: 'SafeTx' })]);
}

/** The hash by which a Safe of 1.3.0 or later knows a transaction. */
export const safeTxHash = (safe: Address, chainId: number, transaction: SafeTx): Hex =>
  keccak256(safeTxPreimage(safe, chainId, transaction));
