import { z } from 'zod';
import type { CommitToken } from '../model/commitToken.js';
import type { CvmId } from '../model/cvmId.js';
import type { ComposeHash, TransactionHash } from '../model/hex.js';
import { callPhala, type PhalaApi } from './phalaApi.js';

const answerSchema = z.object({ correlation_id: z.string().nullish() });

/**
 * Commits what was prepared: `POST /cvms/{cvm_id}/commit-update`. The token is the credential; no API key is sent.
 *
 * @param transactionHash the transaction that registered the hash, or `already-registered`: then the API looks only at
 *   the allow-list (seed "Commit CVM replica", CommitUpdateRequest)
 * @throws Failure PreparationExpired (466), TransactionNotVerified (467), RegistrationRequired (465) or
 *   ComposeHashNotAllowed (468); its effect is `unknown` where the answer was lost
 */
export async function commitUpdate(
  api: PhalaApi,
  { cvmId, commitToken, composeHash, transactionHash }: CommitUpdateParameters,
): Promise<{ readonly correlationId: string | null }> {
  const { body } = await callPhala(api, {
    method: 'POST',
    path: `/cvms/${cvmId}/commit-update`,
    // In the body, not in the query: addresses end up in logs.
    body: { token: commitToken, compose_hash: composeHash, transaction_hash: transactionHash },
    authenticated: false,
    secrets: [commitToken],
  });
  // Accepted whatever the body says: what is missing there is settled by reading the operations.
  return { correlationId: answerSchema.safeParse(body).data?.correlation_id ?? null };
}

interface CommitUpdateParameters {
  readonly cvmId: CvmId;
  readonly commitToken: CommitToken;
  readonly composeHash: ComposeHash;
  readonly transactionHash: TransactionHash | 'already-registered';
}
