import { z } from 'zod';

/** Compose file and pre-launch script together: the limit of the official tools (phala-cloud-api.md §2). */
const composeLimit = 200 * 1024;
/** A ciphertext is at least the ephemeral key, the nonce and the tag: 32 + 12 + 16 bytes (phala-cloud-api.md §5). */
const shortestCiphertext = 60;

const text = z.string().refine((value) => value.isWellFormed(), 'must be valid Unicode (a lone surrogate was found)');
const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable')
  .max(256);

const gpus = z.strictObject({
  /** The GPU slots to attach. */
  gpus: z.array(z.strictObject({ slot: z.string().min(1), productId: z.string().nullable().optional() })),
  /** `listed` attaches the slots above, `all` every one. The API also takes other words. Default `listed`. */
  attachMode: z.string().min(1).optional(),
});

/**
 * The fields of the API's `UpdateCvmRequest` (seed "Update CVM"), in this language's spelling. A field that is absent
 * stays as it is; `null` is passed on as `null`.
 */
export const cvmUpdateSchema = z
  .strictObject({
    /** Docker Compose YAML. Changes the compose hash. */
    dockerComposeFile: text.nullable(),
    /** Shell script that runs before the containers start; an empty one removes it. Changes the compose hash. */
    preLaunchScript: text.nullable(),
    /** Names of the environment variables that the VM takes over. Changes the compose hash. */
    allowedEnvs: z
      .array(variableName)
      .max(10_000)
      .refine((names) => new Set(names).size === names.length, 'must not name a variable twice')
      .nullable(),
    /** Whether anyone may read the container logs. Changes the compose hash. */
    publicLogs: z.boolean().nullable(),
    /** Whether anyone may read the system information. Changes the compose hash. */
    publicSysinfo: z.boolean().nullable(),
    /** Whether anyone may read the TCB attestation. Changes the compose hash. */
    publicTcbinfo: z.boolean().nullable(),
    /** Environment variables encrypted to the app's key, as hex (layout: phala-cloud-api.md §5). */
    encryptedEnv: z
      .string()
      .regex(/^(0x)?([0-9a-fA-F]{2})+$/, 'must be hex')
      .transform((hex) => hex.replace(/^0x/, '').toLowerCase())
      .refine((hex) => hex.length >= shortestCiphertext * 2, 'is too short to be a ciphertext')
      .nullable(),
    /** Passed to the VM as it is. */
    userConfig: text.nullable(),
    gpus: gpus.nullable(),
    /** Number of virtual CPUs. */
    vcpu: z.int().positive().nullable(),
    /** Memory in MB. */
    memory: z.int().positive().nullable(),
    /** Disk size. The OpenAPI document says MB, the SDK's documents GB; the number is passed on as it is. */
    diskSize: z.int().positive().nullable(),
    /** Name or slug of an OS image. */
    image: z.string().min(1).nullable(),
    /** Seconds that a graceful shutdown may take, 10 to 1200; `null` is no limit. */
    shutdownTimeout: z.int().min(10).max(1200).nullable(),
    /** Stop the VM hard where the graceful shutdown takes too long. */
    allowForceStop: z.boolean(),
  })
  .partial()
  .refine((update) => Object.values(update).some((value) => value !== undefined), 'must change at least one field')
  .refine((update) => composeBytes(update) <= composeLimit, {
    path: ['dockerComposeFile'],
    message: 'must not be longer than 200 KiB together with the pre-launch script',
  });

/** What to change in a CVM. */
export type CvmUpdate = z.output<typeof cvmUpdateSchema>;

interface ComposeTexts {
  dockerComposeFile?: string | null | undefined;
  preLaunchScript?: string | null | undefined;
}

const composeBytes = ({ dockerComposeFile, preLaunchScript }: ComposeTexts): number =>
  new TextEncoder().encode(`${dockerComposeFile ?? ''}${preLaunchScript ?? ''}`).length;

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
