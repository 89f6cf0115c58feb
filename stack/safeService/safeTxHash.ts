import { type Address, concat, type Hex, hashDomain, hashStruct, keccak256 } from 'viem';

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

const types = {
  EIP712Domain: [
    { name: 'chainId', type: 'uint256' },
    { name: 'verifyingContract', type: 'address' },
  ],
  SafeTx: [
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'data', type: 'bytes' },
    { name: 'operation', type: 'uint8' },
    { name: 'safeTxGas', type: 'uint256' },
    { name: 'baseGas', type: 'uint256' },
    { name: 'gasPrice', type: 'uint256' },
    { name: 'gasToken', type: 'address' },
    { name: 'refundReceiver', type: 'address' },
    { name: 'nonce', type: 'uint256' },
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
