import {
  type Hex,
  keccak256,
  parseTransaction,
  recoverTransactionAddress,
  type TransactionSerializedEIP1559,
} from 'viem';
import { Failure } from '../../model/failure.js';
import { type Address, addressSchema, type TransactionHash, transactionHashSchema } from '../../model/hex.js';
import type { Signer } from './signer.js';

/** What is to be signed. Its value is 0. */
export interface UnsignedTransaction {
  readonly chainId: number;
  readonly to: Address;
  readonly data: Hex;
  readonly nonce: number;
  readonly gas: bigint;
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/**
 * Signs a transaction, and makes sure that this very one was signed, with this very key: a remote signer is trusted
 * with the key, and with nothing else.
 *
 * @throws Failure SignerUnavailable, SignerRefused, SignerAnswerWrong
 */
export async function signTransaction(
  signer: Signer,
  asked: UnsignedTransaction,
): Promise<{ readonly raw: Hex; readonly transactionHash: TransactionHash }> {
  const account = await signer.account();
  const raw = await account.signTransaction({ type: 'eip1559', value: 0n, ...asked });
  const wrong = await differences(raw, asked, account.address);
  if (wrong.length > 0) {
    throw new Failure('SignerAnswerWrong', `The signer signed another ${wrong.join(', ')} than it was asked for.`);
  }
  return { raw, transactionHash: transactionHashSchema.parse(keccak256(raw)) };
}

/** The parts in which a signed transaction is not the one that was asked for. */
async function differences(raw: Hex, asked: UnsignedTransaction, from: Hex): Promise<string[]> {
  try {
    const signed = parseTransaction(raw);
    if (signed.type !== 'eip1559') return ['kind of transaction'];
    const { nonce = 0, value = 0n, data = '0x', to, chainId, gas, maxFeePerGas, maxPriorityFeePerGas } = signed;
    // The type that was just found out.
    const signedBy = await recoverTransactionAddress({ serializedTransaction: raw as TransactionSerializedEIP1559 });
    const same = {
      chain: chainId === asked.chainId,
      receiver: to?.toLowerCase() === asked.to,
      calldata: data === asked.data,
      nonce: nonce === asked.nonce,
      value: value === 0n,
      'gas limit': gas === asked.gas,
      fee: maxFeePerGas === asked.maxFeePerGas && (maxPriorityFeePerGas ?? 0n) === asked.maxPriorityFeePerGas,
      'access list': (signed.accessList ?? []).length === 0,
      sender: addressSchema.parse(signedBy) === from.toLowerCase(),
    };
    return Object.entries(same).flatMap(([part, fits]) => (fits ? [] : [part]));
  } catch {
    return ['thing, which is no transaction,'];
  }
}
