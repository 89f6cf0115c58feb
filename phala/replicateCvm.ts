import type { CvmId } from '../model/cvmId.js';
import { type Address, type ComposeHash, withoutPrefix } from '../model/hex.js';
import { callPhala, type PhalaApi } from './phalaApi.js';
import { type Prepared, readPreparation } from './preparation.js';
import { readAnswer } from './readAnswer.js';
import { type Vm, vmSchema } from './vm.js';

interface ReplicateParameters {
  readonly cvmId: CvmId;
  /** Given: asked for under the app (seed "Create CVM replica"); else under the CVM (seed "Replicate CVM"). */
  readonly appId: Address | null;
  /**
   * Number of the node: `node_id` on the wire. `teepod_id`, its deprecated name in `ReplicateRequest`, is not sent.
   * Null: the API's choice, which its documents tell in two ways (phala-cloud-api.md §3).
   */
  readonly nodeId: number | null;
  /** Hex without 0x. Null: the replica gets the source's. */
  readonly encryptedEnv: string | null;
  /** Needed where the app has several live instances. */
  readonly composeHash: ComposeHash | null;
  readonly prepareOnly: boolean;
}

export type ReplicateAnswer =
  | { readonly outcome: 'created'; readonly vm: Vm }
  | { readonly outcome: 'prepared'; readonly preparation: Prepared };

/**
 * Replicates a CVM: `POST /cvms/{cvm_id}/replicas`, or `POST /apps/{app_id}/cvms/{vm_uuid}/replicas`. Where the KMS is
 * on chain, `prepareOnly` has it planned only; elsewhere the replica is made at once, whatever it says.
 *
 * @throws Failure; its effect is `unknown` where the answer was lost
 */
export async function replicateCvm(api: PhalaApi, parameters: ReplicateParameters): Promise<ReplicateAnswer> {
  const { cvmId, appId, nodeId, encryptedEnv, composeHash, prepareOnly } = parameters;
  const call = appId === null ? 'POST /cvms/{cvm_id}/replicas' : 'POST /apps/{app_id}/cvms/{vm_uuid}/replicas';
  const answer = await callPhala(
    api,
    {
      method: 'POST',
      path: appId === null ? `/cvms/${cvmId}/replicas` : `/apps/${withoutPrefix(appId)}/cvms/${cvmId}/replicas`,
      headers: prepareOnly ? { 'x-prepare-only': 'true' } : {},
      body: {
        ...(nodeId !== null && { node_id: nodeId }),
        ...(encryptedEnv !== null && { encrypted_env: encryptedEnv }),
        ...(composeHash !== null && { compose_hash: composeHash }),
      },
      secrets: encryptedEnv === null ? [] : [encryptedEnv],
    },
    [465],
  );
  if (answer.status === 465) return { outcome: 'prepared', preparation: readPreparation(answer, call) };
  return { outcome: 'created', vm: readAnswer(vmSchema, answer.body, call, 'taken') };
}
