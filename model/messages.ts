import { z } from 'zod';
import { lineSchema, remarkSchema } from './changeRequest.js';
import { addressSchema, composeHashSchema, type Hex, safeTransactionHashSchema, transactionHashSchema } from './hex.js';
import { instantSchema } from './policy.js';
import { sealedTokenSchema } from './sealedToken.js';

/** Who sends the message, and why. Kept in the change's record. */
const sender = { by: lineSchema, reason: remarkSchema.optional() };

/** More than any wallet that is a contract wants to see. */
const mostSignatureBytes = 8_192;

const signatureSchema = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})+$/, 'must be a signature: 0x and hex digits')
  .max(2 + 2 * mostSignatureBytes, `must not be longer than ${mostSignatureBytes} bytes`)
  // The type says what the pattern above has just checked.
  .transform((text) => text.toLowerCase() as Hex);

/**
 * The messages that a change answers (Temporal updates), by name, with what each carries. A message that is malformed
 * or out of place is refused before it leaves anything in the history.
 */
export const messageSchemas = {
  /** The compose hash was registered: look now. With the transaction hash, that transaction is checked. */
  registered: z.strictObject({ ...sender, transactionHash: transactionHashSchema.optional() }),
  /**
   * The signature of one owner of the Safe over the proposal's Safe transaction hash. An owner that is a contract is named
   * as `owner`. With the hash that was signed, a proposal that was renewed meanwhile is told apart from a wrong signature.
   */
  sign: z.strictObject({
    ...sender,
    signature: signatureSchema,
    owner: addressSchema.optional(),
    safeTransactionHash: safeTransactionHashSchema.optional(),
  }),
  /** The signers do not approve. Ends the change as `rejected`. */
  reject: z.strictObject(sender),
  /** The change is not wanted any more. Ends it as `cancelled`. */
  cancel: z.strictObject(sender),
  /** Moves the deadline to a later instant (ISO 8601 with zone). */
  extend: z.strictObject({ ...sender, deadline: instantSchema }),
  /** Holds the change before its commit. Registration goes on. */
  pause: z.strictObject(sender),
  /** Ends a pause. */
  resume: z.strictObject(sender),
  /** Tries again what blocked the change, or goes on where policy held it. */
  retry: z.strictObject(sender),
  /** Gives an adopted update a fresh commit token for the same compose hash, sealed to the workers' key. */
  renew: z.strictObject({
    ...sender,
    composeHash: composeHashSchema,
    token: sealedTokenSchema,
    expiresAt: instantSchema.optional(),
  }),
  /** Puts a remark into the record. */
  comment: z.strictObject({ by: lineSchema, reason: remarkSchema }),
} as const;

export type MessageName = keyof typeof messageSchemas;
export type MessageInput<Name extends MessageName> = z.input<(typeof messageSchemas)[Name]>;
export type Message<Name extends MessageName> = z.output<(typeof messageSchemas)[Name]>;

/** What each message is for, as the Web UI shows it beside its form. */
export const messageDescriptions: Readonly<Record<MessageName, string>> = {
  registered:
    'The compose hash was registered on chain. {"by": "alice", "transactionHash": "0x…"} — the hash is optional; it is checked before it counts.',
  sign: 'Signature of an owner of the Safe over the Safe transaction hash of the proposal. {"by": "alice", "signature": "0x…"} — with "owner" where that is a contract. It is checked before it counts.',
  reject: 'The signers do not approve: ends the change. {"by": "alice", "reason": "wrong image"}',
  cancel:
    'The change is not wanted any more: ends it. While its commit is under way, only where that takes no effect. {"by": "alice"}',
  extend: 'Moves the deadline. {"by": "alice", "deadline": "2026-12-31T12:00:00Z"}',
  pause: 'Holds the change before its commit; registration goes on. {"by": "alice", "reason": "freeze"}',
  resume: 'Ends a pause. {"by": "alice"}',
  retry: 'Tries again what blocked the change, or goes on where policy held it. {"by": "alice"}',
  renew:
    'Gives an adopted update a fresh commit token for the same compose hash. {"by": "alice", "composeHash": "0x…", "token": "token:…"} — sent by countersign adopt, which seals the token.',
  comment: 'Puts a remark into the record. {"by": "alice", "reason": "signed by two of three"}',
};

/** The signal for senders that do not wait for an answer. Its only argument is the transaction hash. */
export const transactionHashSignal = 'transactionHash';
/** The signal by which the watcher of a chain tells what it has seen (`Sighting`), and the gateway (`QueueSighting`). */
export const sightingSignal = 'sighting';
/** The query that answers the whole state. */
export const statusQuery = 'status';

/** What a message answers: where the change stands now, in one sentence. */
export interface MessageAnswer {
  readonly phase: string;
  readonly summary: string;
}
