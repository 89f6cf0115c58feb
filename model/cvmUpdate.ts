import { z } from 'zod';
import {
  composeLimitIssue,
  encryptedEnvSchema,
  fitsComposeLimit,
  gpusSchema,
  textSchema,
  variableNamesSchema,
} from './composeFields.js';

/**
 * The fields of the API's `UpdateCvmRequest` (seed "Update CVM"), in this language's spelling. A field that is absent
 * stays as it is; `null` is passed on as `null`.
 */
export const cvmUpdateSchema = z
  .strictObject({
    /** Docker Compose YAML. Changes the compose hash. */
    dockerComposeFile: textSchema.nullable(),
    /** Shell script that runs before the containers start; an empty one removes it. Changes the compose hash. */
    preLaunchScript: textSchema.nullable(),
    /** Names of the environment variables that the VM takes over. Changes the compose hash. */
    allowedEnvs: variableNamesSchema.nullable(),
    /** Whether anyone may read the container logs. Changes the compose hash. */
    publicLogs: z.boolean().nullable(),
    /** Whether anyone may read the system information. Changes the compose hash. */
    publicSysinfo: z.boolean().nullable(),
    /** Whether anyone may read the TCB attestation. Changes the compose hash. */
    publicTcbinfo: z.boolean().nullable(),
    /** Environment variables encrypted to the app's key, as hex. Their names have to be allowed: `allowedEnvs`. */
    encryptedEnv: encryptedEnvSchema.nullable(),
    /** Passed to the VM as it is. */
    userConfig: textSchema.nullable(),
    /** Which GPUs of the node it gets. */
    gpus: gpusSchema.nullable(),
    /** Number of virtual CPUs. */
    vcpu: z.int().positive().nullable(),
    /** Memory in MB. */
    memory: z.int().positive().nullable(),
    /** Disk size. The OpenAPI document says MB, the SDK's documents GB; the number is passed on as it is. */
    diskSize: z.int().positive().nullable(),
    /** Name or slug of an OS image. */
    image: textSchema.min(1).nullable(),
    /** Seconds that a graceful shutdown may take, 10 to 1200; `null` is no limit. */
    shutdownTimeout: z.int().min(10).max(1200).nullable(),
    /** Stop the VM hard where the graceful shutdown takes too long. */
    allowForceStop: z.boolean(),
  })
  .partial()
  .refine((update) => Object.values(update).some((value) => value !== undefined), 'must change at least one field')
  .refine(fitsComposeLimit, composeLimitIssue);

/** What to change in a CVM. */
export type CvmUpdate = z.output<typeof cvmUpdateSchema>;

/** The fields that go into the app-compose document, and so into the compose hash (phala-cloud-api.md §2). */
const composeFields = [
  'dockerComposeFile',
  'preLaunchScript',
  'allowedEnvs',
  'publicLogs',
  'publicSysinfo',
  'publicTcbinfo',
] as const satisfies readonly (keyof CvmUpdate)[];

/** Whether the update can change the compose hash. One that cannot is applied at once: there is nothing to register. */
export const touchesComposeHash = (update: CvmUpdate): boolean =>
  composeFields.some((field) => update[field] !== undefined && update[field] !== null);
