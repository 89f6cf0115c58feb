import { z } from 'zod';
import { type Address, addressSchema, composeHashSchema, deviceIdSchema, withoutPrefix } from '../model/hex.js';
import type { PlannedCvm } from '../model/provisionRequest.js';
import { callPhala, type PhalaApi } from './phalaApi.js';
import { readAnswer } from './readAnswer.js';

/**
 * What `POST /cvms/provision` answers: untyped in the OpenAPI document, read as the official SDK 0.2.9 reads it
 * (phala-cloud-api.md §4). The plan is kept for 14 days under its compose hash.
 */
const provisionedSchema = z.object({
  compose_hash: composeHashSchema,
  /** Null where the KMS is on chain: then it is the address of the app's contract. */
  app_id: addressSchema.nullish(),
  /** X25519 key for environment variables, 64 hex digits; null where the app is not known yet. */
  app_env_encrypt_pubkey: z.string().nullish(),
  device_id: deviceIdSchema.nullish(),
  teepod_id: z.int().nullish(),
  node_id: z.int().nullish(),
  kms_id: z.string().nullish(),
  os_image_hash: z.string().nullish(),
  instance_type: z.string().nullish(),
  fmspc: z.string().nullish(),
});

export type Provisioned = z.output<typeof provisionedSchema>;

interface ProvisionParameters {
  readonly planned: PlannedCvm;
  /** Slug or id. */
  readonly kms: string;
  /** OpenAPI `KmsType`. */
  readonly kmsType: 'phala' | 'ethereum' | 'base';
  /** `teepod_id` on the wire: here the official SDK 0.2.9 sends it under the old name (phala-cloud-api.md §4). */
  readonly nodeId: number | null;
  /** Of a contract that exists, or an id of the caller's own on a KMS that is not on chain. */
  readonly appId: Address | null;
}

/** Plans a new CVM: `POST /cvms/provision`. Nothing is made yet. */
export async function provisionCvm(api: PhalaApi, parameters: ProvisionParameters): Promise<Provisioned> {
  const { planned, kms, kmsType, nodeId, appId } = parameters;
  const { body } = await callPhala(api, {
    method: 'POST',
    path: '/cvms/provision',
    body: {
      name: planned.name,
      compose_file: toCompose(planned),
      kms: kmsType,
      kms_id: kms,
      ...(nodeId !== null && { teepod_id: nodeId }),
      ...(appId !== null && { app_id: withoutPrefix(appId) }),
      instance_type: planned.instanceType,
      vcpu: planned.vcpu,
      memory: planned.memory,
      disk_size: planned.diskSize,
      image: planned.image,
      region: planned.region,
      listed: planned.listed,
      user_config: planned.userConfig,
      env_keys: planned.compose.allowedEnvs,
      gpus: planned.gpus && {
        gpus: planned.gpus.gpus.map(({ slot, productId }) => ({ slot, product_id: productId })),
        attach_mode: planned.gpus.attachMode,
      },
    },
  });
  return readAnswer(provisionedSchema, body, 'POST /cvms/provision');
}

/** `AppComposeV2` (OpenAPI): only what is set goes out. */
const toCompose = ({ name, compose }: PlannedCvm) => ({
  name,
  docker_compose_file: compose.dockerComposeFile,
  pre_launch_script: compose.preLaunchScript,
  allowed_envs: compose.allowedEnvs,
  public_logs: compose.publicLogs,
  public_sysinfo: compose.publicSysinfo,
  public_tcbinfo: compose.publicTcbinfo,
});
