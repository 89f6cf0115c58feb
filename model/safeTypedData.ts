import type { Address } from './hex.js';
import type { SafeTransaction } from './safe.js';

const nobody = '0x0000000000000000000000000000000000000000';

/** EIP-712 types of a Safe transaction, 1.3.0 and later (on-chain.md §3.1). */
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

interface SafeDocument {
  readonly chainId: number;
  readonly safe: Address;
  readonly transaction: SafeTransaction;
}

/**
 * The EIP-712 document that an owner signs, as JSON that wallets take (`eth_signTypedData_v4`, `cast wallet sign --data`).
 * Numbers beyond the domain are decimal text.
 */
export const safeTypedData = ({ chainId, safe, transaction: { to, data, operation, nonce } }: SafeDocument) =>
  ({
    types,
    primaryType: 'SafeTx',
    domain: { chainId, verifyingContract: safe },
    message: {
      to,
      value: '0',
      data,
      operation: operation === 'call' ? 0 : 1,
      safeTxGas: '0',
      baseGas: '0',
      gasPrice: '0',
      gasToken: nobody,
      refundReceiver: nobody,
      nonce: String(nonce),
    },
  }) as const;
