import { hashTypedData } from 'viem';
import { type Address, type Hex, type SafeTransactionHash, safeTransactionHashSchema } from '../../model/hex.js';

/** EIP-712 type of a Safe transaction, 1.3.0 and later (on-chain.md §3.1). */
const types = {
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

const nobody = '0x0000000000000000000000000000000000000000';

interface SafeCall {
  readonly chainId: number;
  readonly safe: Address;
  readonly to: Address;
  readonly data: Hex;
  readonly nonce: number;
}

/**
 * The hash that the owners of a Safe sign for a plain call: value 0, no refund, and a `safeTxGas` of 0, so that the
 * whole transaction reverts where the call inside fails (on-chain.md §3.1, trap 1).
 */
export const safeTransactionHash = ({ chainId, safe, to, data, nonce }: SafeCall): SafeTransactionHash =>
  safeTransactionHashSchema.parse(
    hashTypedData({
      domain: { chainId, verifyingContract: safe },
      types,
      primaryType: 'SafeTx',
      message: {
        to,
        value: 0n,
        data,
        operation: 0,
        safeTxGas: 0n,
        baseGas: 0n,
        gasPrice: 0n,
        gasToken: nobody,
        refundReceiver: nobody,
        nonce: BigInt(nonce),
      },
    }),
  );
