import { z } from 'zod';
import { isHexOf, prefixed } from './hex.js';

/**
 * The body of both replica endpoints [seeds 002 and 003, OpenAPI ReplicateRequest]: every field optional, null allowed, and
 * null allowed for the whole. OpenAPI's CreateAppInstanceRequest speaks of validators without saying which: that a
 * compose_hash must be 32 bytes of hex is chosen.
 */
export const replicateRequestSchema = z.object({
  teepod_id: z.int().nullish(),
  node_id: z.int().nullish(),
  encrypted_env: z.string().nullish(),
  compose_hash: z
    .string()
    .transform((text, context) => {
      if (isHexOf(32, text)) {
        return prefixed(text);
      }
      const message = 'Value error, compose_hash must be 64 hexadecimal characters';
      context.addIssue({ code: 'custom', params: { type: 'value_error' }, message, input: text });
      return z.NEVER;
    })
    .nullish(),
});

export type ReplicateRequest = z.infer<typeof replicateRequestSchema>;
