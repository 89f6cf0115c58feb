import { z } from 'zod';
import { addressSchema, type Hex, safeTransactionHashSchema } from '../model/hex.js';

const bytes = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})*$/, 'must be bytes as hex')
  // The type says what the pattern above has just checked.
  .transform((text) => text.toLowerCase() as Hex);

/** The word of one owner, as the service keeps it. It has checked it once; the Safe checks it again. */
const confirmationSchema = z.object({
  owner: addressSchema,
  /** Of a key its 65 bytes; of a contract 65 that name it, and behind them its own bytes with their length. */
  signature: bytes,
  /** `CONTRACT_SIGNATURE`, `APPROVED_HASH`, `EOA`, `ETH_SIGN` */
  signatureType: z.string(),
});

/** What is read of a transaction in the queue (on-chain.md §3.3). Whether it is executed, only the chain says. */
export const queuedTransactionSchema = z.object({
  safeTxHash: safeTransactionHashSchema,
  /** Text since the second version of the calls, a number before. */
  nonce: z.coerce.number().int().nonnegative(),
  to: addressSchema,
  value: z.string(),
  /** Null where there is none. */
  data: bytes.nullable(),
  confirmations: z
    .array(confirmationSchema)
    .nullish()
    .transform((given) => given ?? []),
});

export type QueuedTransaction = z.output<typeof queuedTransactionSchema>;
