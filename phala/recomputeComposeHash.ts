import { type AppCompose, getComposeHash } from '@phala/dstack-sdk/get-compose-hash';
import type { CvmUpdate } from '../model/cvmUpdate.js';
import { type ComposeHash, composeHashSchema } from '../model/hex.js';
import type { ComposeDocument } from './getComposeFile.js';

/**
 * The compose hash that the CVM should get: its present app-compose document with the update put in, hashed in the
 * canonical form of the dstack SDKs (phala-cloud-api.md §5). Shown beside the API's hash, never registered: the server
 * may add fields that cannot be known here (on-chain.md §2.7, a real incident).
 */
export function recomputeComposeHash(document: ComposeDocument, update: CvmUpdate): ComposeHash {
  const changed = {
    ...document,
    ...set('docker_compose_file', update.dockerComposeFile),
    ...set('pre_launch_script', update.preLaunchScript),
    ...set('allowed_envs', update.allowedEnvs),
    ...set('public_logs', update.publicLogs),
    ...set('public_sysinfo', update.publicSysinfo),
    ...set('public_tcbinfo', update.publicTcbinfo),
  };
  // The function hashes any JSON object; its parameter type lists the fields it knows.
  return composeHashSchema.parse(getComposeHash(changed as unknown as AppCompose));
}

const set = (field: string, value: unknown) => (value === undefined || value === null ? {} : { [field]: value });
