import { z } from 'zod';
import type { CommitToken } from '../model/commitToken.js';
import type { CvmId } from '../model/cvmId.js';
import { type ComposeHash, composeHashSchema } from '../model/hex.js';
import { callPhala, type PhalaApi } from './phalaApi.js';

/** The answer is untyped, and its fields are not documented (phala-cloud-api.md §2d): what is not there is not missed. */
const answerSchema = z.object({ compose_hash: composeHashSchema });

/**
 * Asks what a commit token commits: `GET /cvms/{cvm_id}/commit-update`. Changes nothing, and uses the token for nothing.
 *
 * @returns the compose hash; null where the answer does not say
 * @throws Failure PreparationExpired (466) where the token commits nothing (any more)
 */
export async function getCommitUpdate(
  api: PhalaApi,
  { cvmId, commitToken }: { readonly cvmId: CvmId; readonly commitToken: CommitToken },
  signal?: AbortSignal,
): Promise<ComposeHash | null> {
  const { body } = await callPhala(api, {
    method: 'GET',
    path: `/cvms/${cvmId}/commit-update?token=${encodeURIComponent(commitToken)}`,
    authenticated: false,
    secrets: [commitToken],
    signal,
  });
  return answerSchema.safeParse(body).data?.compose_hash ?? null;
}
