import type { CvmUpdate } from './cvmUpdate.js';
import type { PlannedCvm } from './provisionRequest.js';

/** The app-compose document: what the compose hash is taken of. Its fields are the server's business. */
export type ComposeDocument = Readonly<Record<string, unknown>>;

type ComposeFields = Partial<
  Pick<
    CvmUpdate,
    'dockerComposeFile' | 'preLaunchScript' | 'allowedEnvs' | 'publicLogs' | 'publicSysinfo' | 'publicTcbinfo'
  >
>;

/**
 * The document that a CVM gets: its present one with the update put in (phala-cloud-api.md §2). A field that is absent
 * or null stays as it is.
 */
export const updatedDocument = (document: ComposeDocument, update: ComposeFields): ComposeDocument => ({
  ...document,
  ...set('docker_compose_file', update.dockerComposeFile),
  ...set('pre_launch_script', update.preLaunchScript),
  ...set('allowed_envs', update.allowedEnvs),
  ...set('public_logs', update.publicLogs),
  ...set('public_sysinfo', update.publicSysinfo),
  ...set('public_tcbinfo', update.publicTcbinfo),
});

/**
 * The document that a new CVM should get: what was asked for, and everything else as the OpenAPI document's
 * `AppComposeV2` has it by default. A server may fill it in otherwise: a hash of it that matches proves it, one that
 * does not proves nothing.
 */
export const newDocument = ({ name, compose }: Pick<PlannedCvm, 'name' | 'compose'>): ComposeDocument =>
  updatedDocument(
    {
      manifest_version: 2,
      name,
      runner: 'docker-compose',
      allowed_envs: [],
      public_logs: true,
      public_sysinfo: true,
      public_tcbinfo: true,
      kms_enabled: true,
      gateway_enabled: true,
      tproxy_enabled: true,
      local_key_provider_enabled: false,
      no_instance_id: false,
      secure_time: false,
      storage_fs: 'zfs',
      features: ['kms', 'tproxy-net'],
    },
    compose,
  );

const set = (field: string, value: unknown) => (value === undefined || value === null ? {} : { [field]: value });
