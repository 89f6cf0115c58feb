import type { Address, Hex, SafeTransactionHash } from './hex.js';
import type { SafeQueueEntry } from './safeQueue.js';

/**
 * What the owners of a Safe sign. It sends no value and refunds no gas, and its `safeTxGas` is 0: where the call inside
 * fails, everything is reverted and the nonce stays free (on-chain.md §3.1, trap 1).
 */
export interface SafeTransaction {
  readonly to: Address;
  readonly data: Hex;
  /** `delegateCall` for several calls only: MultiSendCallOnly makes them in the Safe's own name. */
  readonly operation: 'call' | 'delegateCall';
  readonly nonce: number;
}

/** The word of one owner for a Safe transaction, checked by the Safe itself. */
export interface SafeSignature {
  readonly owner: Address;
  /**
   * - `key`: 65 bytes made with the owner's key, over the hash itself (v 27, 28) or as a message (v 31, 32)
   * - `contract`: the owner is a contract, which judges the bytes itself (EIP-1271)
   * - `approval`: the owner has called `approveHash` on chain; there are no bytes
   */
  readonly kind: 'key' | 'contract' | 'approval';
  readonly signature: Hex;
  /** Who delivered it; null where it was found. */
  readonly by: string | null;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Where a Safe stands, and the transaction that its owners are to sign next. */
export interface SafeSigning {
  readonly address: Address;
  readonly threshold: number;
  readonly owners: readonly Address[];
  /** The next nonce of the Safe: the proposal is its next transaction. */
  readonly nonce: number;
  /**
   * One transaction, however many calls. Null where it cannot be known: for a Safe older than 1.3.0, and for several calls
   * on a chain that has no MultiSendCallOnly known to the engine.
   */
  readonly transaction: SafeTransaction | null;
  /** The hash that the owners sign; null where there is no transaction. */
  readonly transactionHash: SafeTransactionHash | null;
  /** Of present owners, over the hash above; one of each owner at the most. */
  readonly signatures: readonly SafeSignature[];
  /** Where it stands in the queue that the Safe app shows; absent where the workers do not look there. */
  readonly queue?: SafeQueueEntry;
}

/** What the owners of a Safe need to sign and execute, and how far they have come. */
export interface SafeProposal extends SafeSigning {
  readonly version: string;
  /** The Safe app's queue of this Safe; null where the app does not know the chain. */
  readonly queueUrl: string | null;
  /** The file that the Safe app's Transaction Builder takes, as JSON text. */
  readonly batchFile: string;
}

/** Whether enough owners have signed: then anyone may execute. */
export const isSigned = ({ signatures, threshold }: SafeSigning): boolean => signatures.length >= threshold;

/** "1 of 3 owners signed, 2 are needed: 0x…", for people. */
export function describeSigned({ signatures, owners, threshold }: SafeSigning): string {
  const who = signatures.map(({ owner }) => owner).join(', ');
  return `${signatures.length} of ${owners.length} owners signed, ${threshold} are needed${who && `: ${who}`}`;
}

/** What becomes of the signatures for a transaction that is proposed anew, as the rest of a sentence; empty without any. */
export function describeVoid({ signatures }: Pick<SafeSigning, 'signatures'>): string {
  if (signatures.length === 0) return '';
  return signatures.length === 1
    ? ' The signature for it is void.'
    : ` The ${signatures.length} signatures for it are void.`;
}

/**
 * The newer reading of a Safe, with the signatures that were collected before and still count: over the same hash, and
 * of those who are still owners; and with what was known of its queue, where the newer reading did not look there.
 */
export function withSignaturesOf<Signing extends SafeSigning>(known: SafeSigning | null, fresh: Signing): Signing {
  if (known === null || known.transactionHash === null || known.transactionHash !== fresh.transactionHash) return fresh;
  const newer = fresh.signatures.filter(({ owner }) => !known.signatures.some((one) => one.owner === owner));
  const signatures = [...known.signatures, ...newer].filter(({ owner }) => fresh.owners.includes(owner));
  const queue = fresh.queue ?? known.queue;
  return { ...fresh, signatures, ...(queue && { queue }) };
}
