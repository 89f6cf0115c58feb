import { z } from 'zod';
import type { AppCompose } from './appCompose.js';
import type { JsonObject } from './json.js';

/** OpenAPI AppComposeV2 with its defaults: what the caller says of the document. */
const composeFileSchema = z.object({
  name: z.string(),
  docker_compose_file: z.string().nullish(),
  pre_launch_script: z.string().nullish(),
  allowed_envs: z.array(z.string()).default([]),
  bash_script: z.string().nullish(),
  default_gateway_domain: z.string().nullish(),
  init_script: z.string().nullish(),
  salt: z.string().nullish(),
  manifest_version: z.int().default(2),
  runner: z.string().default('docker-compose'),
  features: z.array(z.string()).default(['kms', 'tproxy-net']),
  storage_fs: oneOf('literal_error', ['ext4', 'zfs']).nullish(),
  kms_enabled: z.boolean().default(true),
  gateway_enabled: z.boolean().default(true),
  tproxy_enabled: z.boolean().default(true),
  local_key_provider_enabled: z.boolean().default(false),
  no_instance_id: z.boolean().default(false),
  public_logs: z.boolean().default(true),
  public_sysinfo: z.boolean().default(true),
  public_tcbinfo: z.boolean().default(true),
  secure_time: z.boolean().default(false),
});

/**
 * The body of POST /cvms/provision [OpenAPI ProvisionDstackAppRequestV2], as far as it means something here; the rest
 * (ports, gpus, hugepages, listed …) is ignored, as are unknown fields. `node_id` is what newer clients send for teepod_id,
 * and `kms_contract` is the SDK's [facts §4].
 */
export const provisionRequestSchema = z.object({
  name: z.string().superRefine((name, context) => {
    if (!isCvmName(name)) {
      context.addIssue({ code: 'custom', params: { type: 'value_error' }, message: NAME_MESSAGE, input: name });
    }
  }),
  compose_file: composeFileSchema,
  instance_type: z.string().nullish(),
  vcpu: z.int().nullish(),
  memory: z.int().nullish(),
  disk_size: z.int().nullish(),
  image: z.string().nullish(),
  prefer_dev: z.boolean().nullish(),
  teepod_id: z.int().nullish(),
  node_id: z.int().nullish(),
  region: z.string().nullish(),
  kms: oneOf('enum', ['phala', 'ethereum', 'base', 'legacy']).nullish(),
  kms_id: z.string().nullish(),
  kms_contract: z.string().nullish(),
  nonce: z.int().nullish(),
  app_id: z.string().nullish(),
  env_keys: z.array(z.string()).default([]),
  encrypted_env: z.string().nullish(),
  user_config: z.string().nullish(),
});

export type ProvisionRequest = z.infer<typeof provisionRequestSchema>;

/** The SDK's own words and rule (`isValidHostname`); OpenAPI says the same in the description of `name`. */
const NAME_MESSAGE =
  'Value error, Name must be 5-63 characters, start with letter, and contain only letters/numbers/hyphens';

function isCvmName(name: string): boolean {
  return name.length >= 5 && name.length <= 63 && /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]*[a-zA-Z0-9]$/.test(name);
}

/**
 * The document of the new CVM. Chosen, as the facts are silent: nulls are left out, as in `initialAppCompose`; an empty
 * name, which the SDK sends, becomes the CVM's; env_keys are taken where the document itself lists no allowed_envs.
 */
export function provisionedAppCompose(request: ProvisionRequest, serverAdded: JsonObject): AppCompose {
  const { compose_file: file } = request;
  return {
    ...withoutNulls({
      pre_launch_script: file.pre_launch_script,
      bash_script: file.bash_script,
      default_gateway_domain: file.default_gateway_domain,
      init_script: file.init_script,
      salt: file.salt,
    }),
    manifest_version: file.manifest_version,
    name: file.name === '' ? request.name : file.name,
    runner: file.runner,
    docker_compose_file: file.docker_compose_file ?? '',
    allowed_envs: file.allowed_envs.length === 0 ? request.env_keys : file.allowed_envs,
    public_logs: file.public_logs,
    public_sysinfo: file.public_sysinfo,
    public_tcbinfo: file.public_tcbinfo,
    kms_enabled: file.kms_enabled,
    gateway_enabled: file.gateway_enabled,
    tproxy_enabled: file.tproxy_enabled,
    local_key_provider_enabled: file.local_key_provider_enabled,
    no_instance_id: file.no_instance_id,
    secure_time: file.secure_time,
    storage_fs: file.storage_fs ?? 'zfs',
    features: file.features,
    ...serverAdded,
  };
}

function withoutNulls(fields: Readonly<Record<string, string | null | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value == null ? [] : [[name, value]])));
}

/** One of some words, in any case: OpenAPI has the KMS types in lower case, the SDK sends them in upper case. */
function oneOf<Word extends string>(type: 'enum' | 'literal_error', words: readonly Word[]) {
  return z.string().transform((text, context) => {
    const word = words.find((each) => each === text.toLowerCase());
    if (word === undefined) {
      const listed = words.map((each) => `'${each}'`).join(', ');
      context.addIssue({ code: 'custom', params: { type }, message: `Input should be one of ${listed}`, input: text });
      return z.NEVER;
    }
    return word;
  });
}
