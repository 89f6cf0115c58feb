import { z } from 'zod';
import type { JsonObject } from '../rules/json.js';

/**
 * Ways in which servers of different age and mood answer, each allowed by the facts. Switched on for one CVM, or for
 * single requests by a fault rule of kind "quirks".
 */
export const quirksSchema = z.strictObject({
  /** 'absent': the 465 has no commit_token, commit_url, api_commit_url (all optional, §2(b)); only the header route is left. */
  commitToken: z.literal('absent').exactOptional(),
  /**
   * 'nested': a structured error comes under `detail`; 'legacy': a 465 is flat {message, compose_hash, app_id, device_id,
   * kms_info} (§1, error shapes 2 and 3).
   */
  errorShape: z.enum(['structured', 'nested', 'legacy']).exactOptional(),
  /** 0x in front of every hash, id and address in answers, or of none. Without it each field has the form seen in the docs. */
  hexPrefix: z.enum(['always', 'never']).exactOptional(),
  /** Fields that the server puts into the app-compose document on an update and that no client can know (§5, the LIT incident). */
  serverAddedFields: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null).exactOptional(),
  /** Status for a hash that is not allowed on chain at commit: 468 (DOC-errors) or 465 (DOC-multisig, step 3). */
  unregisteredAtCommit: z.literal([465, 468]).exactOptional(),
  /**
   * What a second POST /cvms of the same app and compose hash does. The SDK documents it as idempotent: it answers with the
   * CVM that is there. 'createsAnother': one more CVM of that name; 'nameTaken': 409 ERR-01-004, because the first is there.
   */
  repeatedProvisionCommit: z.enum(['createsAnother', 'nameTaken']).exactOptional(),
  /** 'supersedes': a newer replica prepare ends the older replica tokens of the same source (§6, §11: unknown). */
  replicaPrepare: z.literal('supersedes').exactOptional(),
});

export type Quirks = z.infer<typeof quirksSchema>;
