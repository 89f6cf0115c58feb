import { z } from 'zod';
import { sealedForm } from './sealedEnv.js';

/**
 * A commit token on its way to a worker: `token:` and a compact JWE to the public key that `readSealingKey` tells.
 * Whoever holds the token can commit, so that it goes through Temporal in this form only.
 */
export type SealedToken = `token:${string}`;

export const sealedTokenSchema = z
  .string()
  .max(16 * 1024)
  .regex(sealedForm('token'), 'must be a commit token sealed to the workers’ key')
  // The type says what the pattern above has just checked.
  .transform((text) => text as SealedToken);
