import type { SafeTransactionHash } from '../model/hex.js';
import { type QueuedTransaction, queuedTransactionSchema } from './queuedTransaction.js';
import { readAnswer } from './readAnswer.js';
import { callSafeService, type SafeServiceApi } from './safeServiceApi.js';

/**
 * Reads one transaction, wherever it stands: the list of the queue leaves out what the service takes for executed.
 *
 * @returns null where the service does not know it
 * @throws Failure SafeServiceUnavailable, SafeServiceRefused, SafeServiceAnswerUnreadable
 */
export async function getQueued(
  api: SafeServiceApi,
  hash: SafeTransactionHash,
  signal?: AbortSignal,
): Promise<QueuedTransaction | null> {
  const path = `/v2/multisig-transactions/${hash}/`;
  const { status, body } = await callSafeService(api, { method: 'GET', path, signal }, [404]);
  return status === 404 ? null : readAnswer(queuedTransactionSchema, body, `transaction ${hash}`);
}
