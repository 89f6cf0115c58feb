import { z } from 'zod';

/** OpenAPI CommitUpdateRequest: every field is optional with default "". */
export const commitUpdateRequestSchema = z.object({
  token: z.string().default(''),
  compose_hash: z.string().default(''),
  transaction_hash: z.string().default(''),
});
