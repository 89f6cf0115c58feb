import { z } from 'zod';
import type { CvmId } from '../model/cvmId.js';
import type { CvmUpdate } from '../model/cvmUpdate.js';
import type { ComposeHash, TransactionHash } from '../model/hex.js';
import { callPhala, type PhalaApi } from './phalaApi.js';
import { type Prepared, readPreparation } from './preparation.js';
import type { PhalaAnswer } from './readAnswer.js';

export type PatchAnswer =
  | { readonly outcome: 'accepted'; readonly correlationId: string | null }
  | { readonly outcome: 'noChange' }
  | { readonly outcome: 'prepared'; readonly preparation: Prepared };

const acceptedSchema = z.object({ correlation_id: z.string().nullish(), status: z.string().nullish() });

/** `UpdateCvmRequest` (seed "Update CVM"): only what is set goes out. */
const toWire = ({ gpus, ...update }: CvmUpdate) => ({
  docker_compose_file: update.dockerComposeFile,
  pre_launch_script: update.preLaunchScript,
  allowed_envs: update.allowedEnvs,
  public_logs: update.publicLogs,
  public_sysinfo: update.publicSysinfo,
  public_tcbinfo: update.publicTcbinfo,
  encrypted_env: update.encryptedEnv,
  user_config: update.userConfig,
  gpus: gpus && {
    gpus: gpus.gpus.map(({ slot, productId }) => ({ slot, product_id: productId })),
    attach_mode: gpus.attachMode,
  },
  vcpu: update.vcpu,
  memory: update.memory,
  disk_size: update.diskSize,
  image: update.image,
  shutdown_timeout: update.shutdownTimeout,
  allow_force_stop: update.allowForceStop,
});

/**
 * Updates a CVM: `PATCH /cvms/{cvm_id}`. With `prepareOnly` the API plans the update and changes nothing, on a CVM
 * whose KMS is on chain; on any other it applies the update all the same (phala-cloud-api.md §2a).
 *
 * @throws Failure; its effect is `unknown` where the answer was lost
 */
export async function patchCvm(api: PhalaApi, { cvmId, update, prepareOnly }: PatchParameters): Promise<PatchAnswer> {
  const answer = await callPhala(
    api,
    {
      method: 'PATCH',
      path: `/cvms/${cvmId}`,
      headers: prepareOnly ? { 'x-prepare-only': 'true' } : {},
      body: toWire(update),
      secrets: update.encryptedEnv ? [update.encryptedEnv] : [],
    },
    [465],
  );
  return answer.status === 465
    ? { outcome: 'prepared', preparation: readPreparation(answer, 'PATCH /cvms/{cvm_id}') }
    : readAccepted(answer);
}

interface PatchParameters {
  readonly cvmId: CvmId;
  readonly update: CvmUpdate;
  readonly prepareOnly: boolean;
}

/**
 * Commits by headers what a plain 465 prepared: the API kept the body. For answers without a commit token.
 * The body is `{}`: an absent one is refused (phala-cloud-api.md §2c).
 */
export async function commitByHeaders(
  api: PhalaApi,
  { cvmId, composeHash, transactionHash }: CommitByHeadersParameters,
): Promise<{ readonly correlationId: string | null }> {
  const answer = await callPhala(api, {
    method: 'PATCH',
    path: `/cvms/${cvmId}`,
    headers: { 'x-compose-hash': composeHash, 'x-transaction-hash': transactionHash },
    body: {},
  });
  const accepted = readAccepted(answer);
  return { correlationId: accepted.outcome === 'accepted' ? accepted.correlationId : null };
}

interface CommitByHeadersParameters {
  readonly cvmId: CvmId;
  readonly composeHash: ComposeHash;
  readonly transactionHash: TransactionHash | 'already-registered';
}

/** The update was accepted whatever its body says: what is missing there is settled by reading the operations. */
function readAccepted({ body }: PhalaAnswer): Exclude<PatchAnswer, { outcome: 'prepared' }> {
  const { status, correlation_id } = acceptedSchema.safeParse(body).data ?? {};
  // Newer servers answer an unchanged configuration so, without a correlation id (phala-cloud-api.md §2a).
  return status === 'no_change'
    ? { outcome: 'noChange' }
    : { outcome: 'accepted', correlationId: correlation_id ?? null };
}
