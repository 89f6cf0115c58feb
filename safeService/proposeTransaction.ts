import { getAddress } from 'viem';
import type { Address, Hex, SafeTransactionHash } from '../model/hex.js';
import type { SafeTransaction } from '../model/safe.js';
import { callSafeService, type SafeServiceApi } from './safeServiceApi.js';

const nobody = '0x0000000000000000000000000000000000000000';

interface TransactionToPropose {
  readonly safe: Address;
  readonly transaction: SafeTransaction;
  readonly hash: SafeTransactionHash;
  /** An owner of the Safe, or a delegate of one; the signature is theirs. */
  readonly sender: Address;
  readonly signature: Hex;
  readonly signal?: AbortSignal;
}

/** Shown beside the entry: who has put it there. Not more than 200 characters, as JSON. */
const origin = JSON.stringify({ name: 'Countersign' });

/**
 * Puts a transaction into the queue of its Safe. The service keeps one entry of a hash, however often it is put there. A
 * signature of an owner counts as a confirmation, one of a delegate only opens the door.
 *
 * @throws Failure SafeServiceUnavailable, after which it may stand there nevertheless; SafeServiceRefused
 */
export async function proposeTransaction(
  api: SafeServiceApi,
  { safe, transaction: { to, data, operation, nonce }, hash, sender, signature, signal }: TransactionToPropose,
): Promise<void> {
  await callSafeService(api, {
    method: 'POST',
    path: `/v2/safes/${getAddress(safe)}/multisig-transactions/`,
    body: {
      to: getAddress(to),
      value: '0',
      data,
      operation: operation === 'call' ? 0 : 1,
      safeTxGas: '0',
      baseGas: '0',
      gasPrice: '0',
      gasToken: nobody,
      refundReceiver: nobody,
      nonce: String(nonce),
      contractTransactionHash: hash,
      sender: getAddress(sender),
      signature,
      origin,
    },
    signal,
  });
}
