import { getAddress } from 'viem';
import { z } from 'zod';
import type { Address } from '../model/hex.js';
import { type QueuedTransaction, queuedTransactionSchema } from './queuedTransaction.js';
import { readAnswer } from './readAnswer.js';
import { callSafeService, type SafeServiceApi } from './safeServiceApi.js';

const pageSchema = z.object({ results: z.array(queuedTransactionSchema) });

/** Entries of the lowest nonces come first: those of one nonce are few. */
const pageSize = 50;

interface WhichQueue {
  readonly safe: Address;
  /** The lowest nonce that is of interest. */
  readonly nonce: number;
  readonly signal?: AbortSignal;
}

/**
 * Reads what waits in the queue of a Safe, lowest nonce first.
 *
 * @throws Failure SafeServiceUnavailable, SafeServiceRefused, SafeServiceAnswerUnreadable
 */
export async function listQueued(
  api: SafeServiceApi,
  { safe, nonce, signal }: WhichQueue,
): Promise<readonly QueuedTransaction[]> {
  const query = `executed=false&nonce__gte=${nonce}&ordering=nonce&limit=${pageSize}`;
  // The service takes addresses with their checksum only.
  const path = `/v2/safes/${getAddress(safe)}/multisig-transactions/?${query}`;
  const { body } = await callSafeService(api, { method: 'GET', path, signal });
  return readAnswer(pageSchema, body, `the queue of ${safe}`).results;
}
