import { z } from 'zod';
import { cvmIdSchema } from './cvmId.js';
import { cvmUpdateSchema } from './cvmUpdate.js';
import { policySchema } from './policy.js';

/**
 * How the registration comes about:
 * - `ownerKey`: the engine sends it with the key of the contract's owner
 * - `safe`: the owners of the Safe that owns the contract sign and execute it
 * - `external`: somebody else sees to it; the engine only watches
 */
export const registrars = ['ownerKey', 'safe', 'external'] as const;
export type Registrar = (typeof registrars)[number];

/** One line of text that people read, such as a name or an account. */
export const lineSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must be one line');

/** A reason or a remark that people read. */
export const remarkSchema = z.string().trim().min(1).max(2_000);

/** What a service asks for when it starts an update. */
export const updateRequestSchema = z.strictObject({
  cvmId: cvmIdSchema,
  update: cvmUpdateSchema,
  /** Who asks: a person or a service. Shown in the Web UI and kept in the history. */
  requestedBy: lineSchema,
  /** Why. Shown to the signers. */
  reason: remarkSchema.optional(),
  /** A repeated request with the same key is the same change, also after it has ended. */
  idempotencyKey: lineSchema.optional(),
  /** Default `auto`: found from the owner of the app's contract. */
  registrar: z.enum(['auto', ...registrars]).default('auto'),
  policy: policySchema,
});

export type UpdateRequest = z.output<typeof updateRequestSchema>;
/** As a caller writes it: fields with a default may be left out. */
export type UpdateRequestInput = z.input<typeof updateRequestSchema>;
