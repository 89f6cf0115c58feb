import { z } from 'zod';

/** Text that people or machines write: valid Unicode, which alone survives every encoding. */
export const textSchema = z
  .string()
  .refine((value) => value.isWellFormed(), 'must be valid Unicode (a lone surrogate was found)');

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable')
  // No plain object can hold it: it would be left out somewhere on the way, in silence.
  .refine((name) => name !== '__proto__', 'must not be __proto__')
  .max(256);

export const variableNamesSchema = z
  .array(variableName)
  .max(10_000)
  .refine((names) => new Set(names).size === names.length, 'must not name a variable twice');

export const gpusSchema = z.strictObject({
  /** The GPU slots to attach. */
  gpus: z.array(z.strictObject({ slot: textSchema.min(1), productId: textSchema.nullable().optional() })),
  /** `listed` attaches the slots above, `all` every one. The API also takes other words. Default `listed`. */
  attachMode: textSchema.min(1).optional(),
});

/** A ciphertext is at least the ephemeral key, the nonce and the tag: 32 + 12 + 16 bytes (phala-cloud-api.md §5). */
const shortestCiphertext = 60;

/** Environment variables encrypted to the app's key, as hex (layout: phala-cloud-api.md §5). */
export const encryptedEnvSchema = z
  .string()
  .regex(/^(0x)?([0-9a-fA-F]{2})+$/, 'must be hex')
  .transform((hex) => hex.replace(/^0x/, '').toLowerCase())
  .refine((hex) => hex.length >= shortestCiphertext * 2, 'is too short to be a ciphertext');

/** Compose file and pre-launch script together: the limit of the official tools (phala-cloud-api.md §2). */
const composeLimit = 200 * 1024;

interface ComposeTexts {
  readonly dockerComposeFile?: string | null | undefined;
  readonly preLaunchScript?: string | null | undefined;
}

export const fitsComposeLimit = ({ dockerComposeFile, preLaunchScript }: ComposeTexts): boolean =>
  new TextEncoder().encode(`${dockerComposeFile ?? ''}${preLaunchScript ?? ''}`).length <= composeLimit;

export const composeLimitIssue = {
  path: ['dockerComposeFile'],
  message: 'must not be longer than 200 KiB together with the pre-launch script',
};
