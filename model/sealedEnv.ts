import { z } from 'zod';

/**
 * Environment variables on their way to a worker: a compact JWE to the public key that `readSealingKey` tells.
 * The app's own key, which the API wants them encrypted to, is known only when the app has been made.
 */
export type SealedForWorkers = `env:${string}`;

/** What is sealed for the workers looks like: what it is, and a compact JWE. */
export const sealedForm = (what: 'env' | 'token'): RegExp =>
  new RegExp(`^${what}:[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$`);

export const sealedForWorkersSchema = z
  .string()
  .max(2 * 1024 * 1024)
  .regex(sealedForm('env'), 'must be sealed to the workers’ key')
  // The type says what the pattern above has just checked.
  .transform((text) => text as SealedForWorkers);

/** The public key that values are sealed to on their way to the workers: P-256, as a JWK. */
export interface SealingKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly kid: string;
}
