import type { Hex, SafeTransactionHash } from '../model/hex.js';
import { callSafeService, type SafeServiceApi } from './safeServiceApi.js';

interface OwnersWord {
  readonly hash: SafeTransactionHash;
  /** In the form that `execTransaction` takes: 65 bytes, and behind them those of a contract. */
  readonly signature: Hex;
  readonly signal?: AbortSignal;
}

/**
 * Puts the signature of one owner to a transaction in the queue. The service keeps one of each owner.
 *
 * @throws Failure SafeServiceUnavailable, after which it may stand there nevertheless; SafeServiceRefused
 */
export async function confirmTransaction(api: SafeServiceApi, { hash, signature, signal }: OwnersWord): Promise<void> {
  const path = `/v1/multisig-transactions/${hash}/confirmations/`;
  await callSafeService(api, { method: 'POST', path, body: { signature }, signal });
}
