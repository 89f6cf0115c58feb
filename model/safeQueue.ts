import type { SafeTransactionHash } from './hex.js';
import type { SafeSigning } from './safe.js';

/** Where the transaction of a Safe stands in the queue that the Safe app shows. */
export interface SafeQueueEntry {
  /** Of which transaction all this is said: with the next nonce it is another one. */
  readonly transactionHash: SafeTransactionHash;
  /** Since when it was seen there, ISO 8601 in UTC; null where it is not there. */
  readonly since: string | null;
  /** How often it came there, whoever put it there. */
  readonly times: number;
  /** Its page in the Safe app; null where the app does not know the chain. */
  readonly url: string | null;
  /** Other transactions that were seen there with the same nonce: one of all these can be executed. */
  readonly rivals: readonly SafeTransactionHash[];
  /** What was in the way before it ever stood there, one sentence; null where nothing was. */
  readonly trouble: string | null;
}

/** What is known of the present transaction in the queue; null where nothing is, or of an earlier one only. */
export const queueEntry = ({ queue, transactionHash }: SafeSigning): SafeQueueEntry | null =>
  queue && queue.transactionHash === transactionHash ? queue : null;

/** "in Safe's queue since 2026-…: https://…", for people; null where it is not there. */
export function describeQueue(safe: SafeSigning): string | null {
  const entry = queueEntry(safe);
  if (!entry?.since) return null;
  return `in Safe's queue since ${entry.since}${entry.url ? `: ${entry.url}` : ''}`;
}

/** Sentences for the record: whose signatures were found in the queue. */
export function signedInQueue(before: SafeSigning | null, now: SafeSigning | null): readonly string[] {
  if (now === null) return [];
  const same = before?.transactionHash === now.transactionHash;
  const known = same ? (before?.signatures ?? []) : [];
  return now.signatures.flatMap(({ owner, kind, by }, index) => {
    // An approval is found on chain, and what a person delivered stands in the record with their name.
    if (kind === 'approval' || by !== null || known.some((one) => one.owner === owner)) return [];
    return `Signed by owner ${owner} in Safe's queue: ${index + 1} of ${now.threshold} that are needed.`;
  });
}
