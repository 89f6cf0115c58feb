import { z } from 'zod';
import type { JsonObject } from './json.js';
import type { UpdateCvmRequest } from './updateCvmRequest.js';

/** What the caller says about the app of a new CVM; everything else of the document is the server's. */
export const appDefinitionSchema = z.strictObject({
  /** Name of the CVM and of the app in the document. */
  name: z.string().min(1),
  /** The Docker Compose YAML. */
  dockerComposeFile: z.string(),
  preLaunchScript: z.string().exactOptional(),
  allowedEnvs: z.array(z.string()).exactOptional(),
  publicLogs: z.boolean().exactOptional(),
  publicSysinfo: z.boolean().exactOptional(),
  publicTcbinfo: z.boolean().exactOptional(),
  gatewayEnabled: z.boolean().exactOptional(),
  features: z.array(z.string()).exactOptional(),
});

export type AppDefinition = z.infer<typeof appDefinitionSchema>;

/** The app-compose document, field names and types as OpenAPI's AppComposeV2 has them. */
export interface AppCompose extends JsonObject {
  readonly name: string;
  readonly docker_compose_file: string;
  readonly pre_launch_script?: string;
  readonly allowed_envs: readonly string[];
  readonly public_logs: boolean;
  readonly public_sysinfo: boolean;
  readonly public_tcbinfo: boolean;
  readonly gateway_enabled: boolean;
  readonly secure_time: boolean;
  readonly storage_fs: string;
}

/**
 * The document of a new CVM. Defaults are those of OpenAPI's AppComposeV2. Chosen, as the facts are silent: fields that
 * are null there (bash_script, salt, init_script…) are left out, as a VM's document usually has no nulls.
 */
export function initialAppCompose(definition: AppDefinition): AppCompose {
  return {
    manifest_version: 2,
    name: definition.name,
    runner: 'docker-compose',
    docker_compose_file: definition.dockerComposeFile,
    ...(definition.preLaunchScript === undefined ? {} : { pre_launch_script: definition.preLaunchScript }),
    allowed_envs: definition.allowedEnvs ?? [],
    public_logs: definition.publicLogs ?? true,
    public_sysinfo: definition.publicSysinfo ?? true,
    public_tcbinfo: definition.publicTcbinfo ?? true,
    kms_enabled: true,
    gateway_enabled: definition.gatewayEnabled ?? true,
    tproxy_enabled: true,
    local_key_provider_enabled: false,
    no_instance_id: false,
    secure_time: false,
    storage_fs: 'zfs',
    features: definition.features ?? ['kms', 'tproxy-net'],
  };
}

/**
 * The document after an update: exactly the fields of UpdateCvmRequest that the compose hash covers
 * [facts §2 "What changes the compose hash"; env VALUES do not].
 *
 * Chosen, as the facts are silent: null leaves a field as it is, and an explicit empty pre_launch_script (which callers
 * do send, ibid.) is kept as an empty string.
 */
export function updatedAppCompose(document: AppCompose, update: UpdateCvmRequest, serverAdded: JsonObject): AppCompose {
  return {
    ...document,
    docker_compose_file: update.docker_compose_file ?? document.docker_compose_file,
    ...(typeof update.pre_launch_script === 'string' ? { pre_launch_script: update.pre_launch_script } : {}),
    allowed_envs: update.allowed_envs ?? document.allowed_envs,
    public_logs: update.public_logs ?? document.public_logs,
    public_sysinfo: update.public_sysinfo ?? document.public_sysinfo,
    public_tcbinfo: update.public_tcbinfo ?? document.public_tcbinfo,
    ...serverAdded,
  };
}
