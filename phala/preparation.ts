import { z } from 'zod';
import type { CommitToken } from '../model/commitToken.js';
import { addressSchema, composeHashSchema, deviceIdSchema } from '../model/hex.js';
import { readProblem } from './problem.js';
import { type PhalaAnswer, readAnswer } from './readAnswer.js';

/** Without it the commit goes by headers, and needs the hash of a real transaction. */
const tokenSchema = z
  .string()
  .min(1)
  // The API's token is opaque; the brand keeps it from being taken for an ordinary string.
  .transform((token) => token as CommitToken);

/** The details of a 465 (phala-cloud-api.md §2b): in a structured body by field, or beside the message (legacy). */
const preparationSchema = z.object({
  compose_hash: composeHashSchema,
  app_id: addressSchema,
  device_id: deviceIdSchema,
  kms_info: z.object({ chain_id: z.int().nullish() }),
  commit_token: tokenSchema.nullish(),
  onchain_status: z
    .object({ compose_hash_allowed: z.boolean().nullish(), device_id_allowed: z.boolean().nullish() })
    .nullish(),
});

/** What the API planned, and what has to be registered before it can be committed. */
export type Prepared = z.output<typeof preparationSchema>;

/** @throws Failure PhalaAnswerUnreadable with the path of what is missing */
export const readPreparation = (answer: PhalaAnswer, call: string): Prepared =>
  readAnswer(preparationSchema, readProblem(answer).fields, `${call} (465)`);
