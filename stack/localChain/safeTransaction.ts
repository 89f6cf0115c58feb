import { type Address, type Hash, type Hex, hashTypedData, zeroAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

/** How a Safe makes a call: as itself, or running the target's code in its own place. */
export type SafeOperation = 'call' | 'delegateCall';

/** What the owners of a Safe sign. Gas is never refunded here, so the fields of the refund are zero. */
export interface SafeTransaction {
  readonly to: Address;
  /** In wei. */
  readonly value: bigint;
  readonly data: Hex;
  readonly operation: SafeOperation;
  /**
   * With 0 a call that fails reverts the whole. With more, a failing call leaves a transaction that succeeded, an
   * `ExecutionFailure`, and a nonce that is spent.
   */
  readonly safeTxGas: bigint;
  readonly nonce: bigint;
}

/** Which Safe, on which chain: what a signature is bound to. */
export interface SafeDomain {
  readonly safe: Address;
  readonly chainId: number;
}

/** What EIP-712 makes of it (Safe.sol, SAFE_TX_TYPEHASH). */
export const safeTxTypes = {
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

/** The arguments that `execTransaction` and `getTransactionHash` have in common, in their order. */
export function safeCallArguments({ to, value, data, operation, safeTxGas }: SafeTransaction) {
  const operationCode = operation === 'call' ? 0 : 1;
  return [to, value, data, operationCode, safeTxGas, 0n, 0n, zeroAddress, zeroAddress] as const;
}

function typedData({ safe, chainId }: SafeDomain, transaction: SafeTransaction) {
  const [to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver] =
    safeCallArguments(transaction);
  const { nonce } = transaction;
  return {
    domain: { chainId, verifyingContract: safe },
    types: safeTxTypes,
    primaryType: 'SafeTx',
    message: { to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver, nonce },
  } as const;
}

/** The EIP-712 hash of a Safe transaction, by which Safe's services and events know it. */
export function safeTransactionHash(domain: SafeDomain, transaction: SafeTransaction): Hash {
  return hashTypedData(typedData(domain, transaction));
}

/**
 * Signs a Safe transaction as one owner.
 *
 * @param signer - the owner's private key
 * @returns 65 bytes: r, s, and v of 27 or 28
 */
export function signSafeTransaction(domain: SafeDomain, transaction: SafeTransaction, signer: Hex): Promise<Hex> {
  return privateKeyToAccount(signer).signTypedData(typedData(domain, transaction));
}

/** Puts the owners' signatures into one, in the order that Safe asks for: by the signer's address, ascending. */
export async function signSafeTransactionByAll(
  domain: SafeDomain,
  transaction: SafeTransaction,
  signers: readonly Hex[],
): Promise<Hex> {
  const address = (signer: Hex) => privateKeyToAccount(signer).address.toLowerCase();
  const ordered = [...signers].sort((one, other) => (address(one) < address(other) ? -1 : 1));
  const signatures = await Promise.all(ordered.map((signer) => signSafeTransaction(domain, transaction, signer)));
  return `0x${signatures.map((signature) => signature.slice(2)).join('')}`;
}
