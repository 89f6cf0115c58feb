import { z } from 'zod';
import { addressSchema, safeTransactionHashSchema, transactionHashSchema } from '../../model/hex.js';

/** What every event of Safe's events service has (its README, "Events supported"). Ids of chains come as text. */
export const safeEventSchema = z.object({
  type: z.string().min(1).max(100),
  address: addressSchema,
  chainId: z.union([z.string().regex(/^\d{1,15}$/), z.int().positive()]).transform(Number),
});

/** A transaction that the Safe has executed. */
export const executedSchema = safeEventSchema.extend({
  txHash: transactionHashSchema,
  /** What the owners signed; a module's transaction has none. */
  safeTxHash: safeTransactionHashSchema.nullish().catch(null),
  /** Older services write it as text. */
  failed: z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]).nullish(),
});

/** The events that bring a transaction which may be a registration. */
export const executions: readonly string[] = ['EXECUTED_MULTISIG_TRANSACTION', 'MODULE_TRANSACTION'];

export type Executed = z.output<typeof executedSchema>;
