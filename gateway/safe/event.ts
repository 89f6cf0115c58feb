import { z } from 'zod';
import { addressSchema, safeTransactionHashSchema, transactionHashSchema } from '../../model/hex.js';

/** What every event of Safe's events service has (its README, "Events supported"). Ids of chains come as text. */
export const safeEventSchema = z.object({
  type: z.string().min(1).max(100),
  address: addressSchema,
  chainId: z.union([z.string().regex(/^\d{1,15}$/), z.int().positive()]).transform(Number),
});

/** Older services write it as text. */
const truth = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]).nullish();

/** A transaction that the Safe has executed. */
export const executedSchema = safeEventSchema.extend({
  txHash: transactionHashSchema,
  /** What the owners signed; a module's transaction has none. */
  safeTxHash: safeTransactionHashSchema.nullish().catch(null),
  failed: truth,
  /** Newer services call it so. */
  isFailed: truth,
});

/** The events that bring a transaction which may be a registration. */
export const executions: readonly string[] = ['EXECUTED_MULTISIG_TRANSACTION', 'MODULE_TRANSACTION'];

export type Executed = z.output<typeof executedSchema>;

/** What happened to a transaction in the queue of a Safe, before anything executed it. */
export const queuedSchema = safeEventSchema.extend({
  safeTxHash: safeTransactionHashSchema,
  /** Who has signed; of the other events nobody. */
  owner: addressSchema.nullish().catch(null),
  /** Seconds since the epoch; older services do not write it. */
  timestamp: z.number().nullish().catch(null),
});

/** The events after which the queue stands otherwise. */
export const queueEvents = [
  'NEW_CONFIRMATION',
  'PENDING_MULTISIG_TRANSACTION',
  'DELETED_MULTISIG_TRANSACTION',
] as const;

export type QueueEvent = z.output<typeof queuedSchema> & { readonly type: (typeof queueEvents)[number] };
