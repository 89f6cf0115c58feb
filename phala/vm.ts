import { z } from 'zod';
import { cvmIdSchema } from '../model/cvmId.js';
import { addressSchema } from '../model/hex.js';

/**
 * A CVM as the calls that make one answer it: `VM` of the OpenAPI document (seeds "Create CVM replica", "Commit CVM
 * replica") and `CommitCvmProvision` (seed "commitCvmProvision"). What a change needs is required; what it does not is
 * read where it is there, so that a server which leaves it out stays usable.
 */
export const vmSchema = z.object({
  /** A number up to version 2026-01-21, "cvm_…" from 2026-05-22 on (phala-cloud-api.md §1). */
  id: z.union([z.int(), z.string()]).nullish(),
  name: z.string(),
  /** "starting" right after it was made, as a rule. */
  status: z.string(),
  /** Number of the node; `teepod_id` is its old name. */
  teepod_id: z.int().nullish(),
  teepod: z.object({ id: z.int().nullish(), name: z.string().nullish() }).nullish(),
  /** Whose it is: a number up to version 2026-01-21, text from 2026-05-22 on. */
  user_id: z.union([z.int(), z.string()]).nullish(),
  /** 20 bytes; the address of the app's contract where its KMS is on chain. */
  app_id: addressSchema.nullish(),
  /** Null where the CVM was made and no node has it yet. */
  vm_uuid: cvmIdSchema.nullish(),
  /** 40 hex digits. */
  instance_id: z.string().nullish(),
  /** Public address of the app. */
  app_url: z.string().nullish(),
  /** Name of the OS image. */
  base_image: z.string().nullish(),
  /** Number of virtual CPUs. */
  vcpu: z.number().nullish(),
  /** MB. */
  memory: z.number().nullish(),
  /** GB. */
  disk_size: z.number().nullish(),
  /** Of the app-compose document's form. */
  manifest_version: z.number().nullish(),
  /** Nowhere explained. */
  version: z.string().nullish(),
  /** What runs the containers: "docker-compose". */
  runner: z.string().nullish(),
  /** YAML. */
  docker_compose_file: z.string().nullish(),
  /** Of the app-compose document, such as "kms". */
  features: z.array(z.string()).nullish(),
  /** ISO 8601. */
  created_at: z.string().nullish(),
  /** X25519 key that environment variables are encrypted to: 64 hex digits. */
  encrypted_env_pubkey: z.string().nullish(),
  /** The app's contract, where its KMS is on chain. */
  app_auth_contract_address: addressSchema.nullish(),
  /** Who deployed that contract. */
  deployer_address: addressSchema.nullish(),
});

export type Vm = z.output<typeof vmSchema>;
