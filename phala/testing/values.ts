import type { CommitToken } from '../../model/commitToken.js';
import { cvmIdSchema } from '../../model/cvmId.js';
import { cvmUpdateSchema } from '../../model/cvmUpdate.js';
import { addressSchema, composeHashSchema, deviceIdSchema, transactionHashSchema } from '../../model/hex.js';

/** Values that the tests of this folder send and receive. */
export const cvmId = cvmIdSchema.parse('01234567-89ab-cdef-0123-456789abcdef');
export const appId = addressSchema.parse('a1'.repeat(20));
export const contract = addressSchema.parse('c1'.repeat(20));
export const deployer = addressSchema.parse('d1'.repeat(20));
export const composeHash = composeHashSchema.parse('c0'.repeat(32));
export const deviceId = deviceIdSchema.parse('de'.repeat(32));
export const transactionHash = transactionHashSchema.parse(`0x${'f0'.repeat(32)}`);
export const encryptedEnv = 'e5'.repeat(60);
// The brand keeps tokens of the API apart from ordinary strings; this one stands in for such a token.
export const commitToken = 'prep_token' as CommitToken;

/** An update that gives every field of `UpdateCvmRequest`. */
export const everyField = cvmUpdateSchema.parse({
  dockerComposeFile: 'services: {}\n',
  preLaunchScript: '#!/bin/sh\n',
  allowedEnvs: ['API_KEY'],
  publicLogs: false,
  publicSysinfo: true,
  publicTcbinfo: false,
  encryptedEnv,
  userConfig: '{"a":1}',
  gpus: { gpus: [{ slot: '0000:41:00.0', productId: 'H100' }], attachMode: 'listed' },
  vcpu: 4,
  memory: 8192,
  diskSize: 100,
  image: 'dstack-0.5.5',
  shutdownTimeout: 60,
  allowForceStop: true,
});

/** A new CVM as the calls that make one answer it: every field of the page "Create CVM replica". */
export const fullVm = {
  id: 123,
  name: 'my-app',
  status: 'starting',
  teepod_id: 6,
  app_id: appId,
  vcpu: 2,
  memory: 4096,
  disk_size: 40,
  created_at: '2026-11-07T05:31:56Z',
  teepod: { id: 6, name: 'prod6' },
  user_id: 7,
  vm_uuid: cvmId,
  instance_id: 'ab'.repeat(20),
  app_url: 'https://my-app.example.com',
  base_image: 'dstack-0.5.5',
  manifest_version: 2,
  version: '0.5.5',
  runner: 'docker-compose',
  docker_compose_file: 'services: {}\n',
  features: ['kms'],
  encrypted_env_pubkey: '11'.repeat(32),
};

/** The details of a 465, as a structured error has them. */
export const preparation = {
  compose_hash: composeHash,
  app_id: appId,
  device_id: deviceId,
  kms_info: { id: 'kms_1', slug: 'kms-base', chain_id: 8453, kms_contract_address: contract },
  commit_token: commitToken,
  commit_url: 'https://cloud.phala.com/team/cvms/1/confirm-update?token=prep_token',
  onchain_status: { compose_hash_allowed: false, device_id_allowed: true, is_allowed: false },
};

/** A 465 that carries them. */
export const registrationRequired = (details: Readonly<Record<string, unknown>>) => ({
  error_code: 'ERR-01-005',
  message: 'Compose hash registration required on-chain',
  details: Object.entries(details).map(([field, value]) => ({ field, value })),
});
