import { z } from 'zod';
import type { CvmId } from '../model/cvmId.js';
import { composeHashSchema } from '../model/hex.js';
import { callPhala, type PhalaApi } from './phalaApi.js';
import { redact } from './problem.js';
import { readAnswer } from './readAnswer.js';

/** `CvmOperationResponse` (OpenAPI), as far as a change needs it. */
const operationSchema = z.object({
  correlation_id: z.string(),
  operation_type: z.string(),
  /** ISO 8601; the documents say UTC. */
  started_at: z.string(),
  /** "completed", "in_progress" or "failed"; a word that is not known counts as in progress. */
  status: z.string(),
  /** For people; cut and without secrets. */
  error_message: z.string().nullish(),
  // A hash in a form that is not known must not hide the operation itself.
  compose_hash: composeHashSchema.nullish().catch(null),
});

export type Operation = z.output<typeof operationSchema>;

/**
 * Reads the newest operations of a CVM, newest first: `GET /cvms/{cvm_id}/operations`. This is how a correlation id is
 * followed, and how a lost answer is settled.
 */
export async function listOperations(
  api: PhalaApi,
  cvmId: CvmId,
  { limit = 20, signal }: { limit?: number; signal?: AbortSignal | undefined } = {},
): Promise<readonly Operation[]> {
  const { body } = await callPhala(api, { method: 'GET', path: `/cvms/${cvmId}/operations?limit=${limit}`, signal });
  const { items } = readAnswer(z.object({ items: z.array(operationSchema) }), body, 'GET /cvms/{cvm_id}/operations');
  return items.map((operation) => ({
    ...operation,
    error_message: operation.error_message && redact(operation.error_message, [api.apiKey]),
  }));
}
