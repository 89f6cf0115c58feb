import type { CommitToken } from '../model/commitToken.js';
import type { CvmId } from '../model/cvmId.js';
import type { ComposeHash, TransactionHash } from '../model/hex.js';
import { callPhala, type PhalaApi } from './phalaApi.js';
import { readAnswer } from './readAnswer.js';
import { type Vm, vmSchema } from './vm.js';

interface CommitReplicaParameters {
  /** The source. */
  readonly cvmId: CvmId;
  readonly commitToken: CommitToken;
  readonly composeHash: ComposeHash;
  readonly transactionHash: TransactionHash | 'already-registered';
}

/**
 * Makes the replica that was prepared: `POST /cvms/{cvm_id}/commit-replica` (seed "Commit CVM replica"). The token is
 * the credential; no API key is sent.
 *
 * @param transactionHash a transaction that shows the compose hash being added, or `already-registered`: then the API
 *   looks only at the allow-lists. One that adds only the device would be refused (phala-cloud-api.md §3).
 * @throws Failure PreparationExpired (466), TransactionNotVerified (467), RegistrationRequired (465) or
 *   ComposeHashNotAllowed (468); its effect is `unknown` where the answer was lost
 */
export async function commitReplica(api: PhalaApi, parameters: CommitReplicaParameters): Promise<Vm> {
  const { cvmId, commitToken, composeHash, transactionHash } = parameters;
  const { body } = await callPhala(api, {
    method: 'POST',
    path: `/cvms/${cvmId}/commit-replica`,
    // In the body, not in the query: addresses end up in logs.
    body: { token: commitToken, compose_hash: composeHash, transaction_hash: transactionHash },
    authenticated: false,
    secrets: [commitToken],
  });
  return readAnswer(vmSchema, body, 'POST /cvms/{cvm_id}/commit-replica', 'taken');
}
