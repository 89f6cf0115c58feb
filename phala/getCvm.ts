import { z } from 'zod';
import { type CvmId, cvmIdSchema } from '../model/cvmId.js';
import { Failure } from '../model/failure.js';
import { addressSchema, composeHashSchema, deviceIdSchema } from '../model/hex.js';
import { callPhala, type PhalaApi } from './phalaApi.js';
import { readAnswer } from './readAnswer.js';

/** The fields of `CVMInfoDetail` (OpenAPI) that a change needs; the rest is left alone. */
export const cvmSchema = z.object({
  name: z.string(),
  /** "running", "stopped", "starting" … ; the API may add words. */
  status: z.string(),
  app_id: addressSchema.nullish(),
  vm_uuid: cvmIdSchema,
  in_progress: z.boolean().nullish(),
  progress: z.object({ correlation_id: z.string().nullish() }).nullish(),
  compose_hash: composeHashSchema.nullish(),
  node_info: z
    .object({ id: z.int().nullish(), name: z.string().nullish(), device_id: deviceIdSchema.nullish().catch(null) })
    .nullish(),
  /** Memory and disk in GB. */
  resource: z
    .object({ vcpu: z.number().nullish(), memory_in_gb: z.number().nullish(), disk_in_gb: z.number().nullish() })
    .nullish(),
  os: z.object({ name: z.string().nullish() }).nullish(),
  endpoints: z.array(z.object({ app: z.string().nullish() })).nullish(),
  kms_info: z
    .object({
      chain_id: z.int().nullish(),
      dstack_app_address: z.string().nullish(),
      encrypted_env_pubkey: z.string().nullish(),
    })
    .nullish(),
});

export type Cvm = z.output<typeof cvmSchema>;

/** It was made, and has no vm_uuid before a node has it. */
const unplacedSchema = z.object({ vm_uuid: z.null() });

/**
 * Reads a CVM: `GET /cvms/{cvm_id}`.
 *
 * @param cvm its vm_uuid, app id, name, or any other id that the API takes
 * @throws Failure CvmNotFound; OperationPending where no node has it yet; PhalaAnswerUnreadable with the path of what
 *   is missing
 */
export async function getCvm(api: PhalaApi, cvm: CvmId | string, signal?: AbortSignal): Promise<Cvm> {
  const { body } = await callPhala(api, { method: 'GET', path: `/cvms/${encodeURIComponent(cvm)}`, signal });
  if (unplacedSchema.safeParse(body).success) {
    throw new Failure('OperationPending', `No node has ${cvm} yet.`, { retryAfter: 2_000 });
  }
  return readAnswer(cvmSchema, body, 'GET /cvms/{cvm_id}');
}
