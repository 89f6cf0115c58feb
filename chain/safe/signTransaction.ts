import { privateKeyToAccount } from 'viem/accounts';
import { type Address, addressSchema, type Hex } from '../../model/hex.js';
import { type BoundTransaction, typedDataOf } from './safeTransactionHash.js';

/**
 * Signs a Safe transaction with the key of an owner.
 *
 * @param privateKey 32 bytes as hex with 0x
 */
export async function signSafeTransaction(
  privateKey: Hex,
  bound: BoundTransaction,
): Promise<{ readonly owner: Address; readonly signature: Hex }> {
  const account = privateKeyToAccount(privateKey);
  const signature = await account.signTypedData(typedDataOf(bound));
  return { owner: addressSchema.parse(account.address), signature };
}
