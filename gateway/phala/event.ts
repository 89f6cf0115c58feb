import { z } from 'zod';
import { lineSchema } from '../../model/changeRequest.js';
import { cvmIdSchema } from '../../model/cvmId.js';
import { addressSchema, composeHashSchema, deviceIdSchema } from '../../model/hex.js';
import { instantSchema } from '../../model/policy.js';

/** A name or an id of the sender's. */
const word = z.string().min(1).max(200);

/** What every event comes in (phala-cloud-api.md, webhooks). Fields that are added later are left alone. */
export const envelopeSchema = z.object({
  /** "evt_" and 16 hex digits; the same for each attempt to deliver it. */
  id: word,
  event: word,
  created_at: instantSchema,
  workspace: z.object({ id: word }),
  data: z.unknown(),
});

export type Envelope = z.output<typeof envelopeSchema>;

/** An update was prepared with `X-Prepare-Only`, by whomever, and waits for its registration. */
export const pendingApproval = 'cvm.update.pending_approval';

/** `data` of a pending approval. It holds a live commit token. */
export const pendingApprovalSchema = z.object({
  cvm_id: cvmIdSchema,
  compose_hash: composeHashSchema,
  app_id: addressSchema,
  device_id: deviceIdSchema.nullish(),
  commit_token: z.string().min(1).max(4_096).nullish(),
  expires_at: instantSchema.nullish(),
  initiated_by: z.object({ username: lineSchema.catch('somebody at Phala Cloud') }).nullish(),
});

/** A prepared update that Phala Cloud tells of. */
export interface PendingApproval {
  /** Of the event. */
  readonly id: string;
  /** When it was prepared, by Phala Cloud's clock. */
  readonly createdAt: string;
  readonly workspace: string;
  readonly data: z.output<typeof pendingApprovalSchema>;
}
