import { z } from 'zod';
import { textSchema } from './composeFields.js';
import { policySchema } from './policy.js';

/**
 * How the registration comes about:
 * - `ownerKey`: the engine sends it with the key of the contract's owner
 * - `safe`: the owners of the Safe that owns the contract sign and execute it
 * - `timelock`: an operation of the timelock that owns the contract is scheduled, and executed after its delay
 * - `external`: somebody else sees to it; the engine only watches
 */
export const registrars = ['ownerKey', 'safe', 'timelock', 'external'] as const;
export type Registrar = (typeof registrars)[number];

/** One line of text that people read, such as a name or an account. */
export const lineSchema = textSchema
  .trim()
  .min(1)
  .max(200)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must be one line');

/** A reason or a remark that people read. */
export const remarkSchema = textSchema.trim().min(1).max(2_000);

/** A node by its number, or by its name. */
export const nodeSchema = z.union([z.int().positive(), lineSchema], { error: 'must be the number or name of a node' });
export type NodeName = z.output<typeof nodeSchema>;

/** What every request says beside what is to be changed. */
export const changeRequestFields = {
  /** Who asks: a person or a service. Shown in the Web UI and kept in the history. */
  requestedBy: lineSchema,
  /** Why. Shown to the signers. */
  reason: remarkSchema.optional(),
  /** A repeated request with the same key is the same change, also after it has ended. */
  idempotencyKey: lineSchema.optional(),
  /** Default `auto`: found from the owner of the app's contract. */
  registrar: z.enum(['auto', ...registrars]).default('auto'),
  policy: policySchema,
};

const changeRequestSchema = z.strictObject(changeRequestFields);

/** The part of a request that is the same for every kind of change. */
export type AnyRequest = z.output<typeof changeRequestSchema>;
