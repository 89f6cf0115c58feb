import { log } from '@temporalio/activity';
import type { Chain } from '../../chain/chains.js';
import { safeTransactionUrl } from '../../chain/safe/safeLinks.js';
import { Failure } from '../../model/failure.js';
import type { SafeSigning, SafeTransaction } from '../../model/safe.js';
import { queueEntry, type SafeQueueEntry } from '../../model/safeQueue.js';
import { getQueued } from '../../safeService/getQueued.js';
import { listQueued } from '../../safeService/listQueued.js';
import type { QueuedTransaction } from '../../safeService/queuedTransaction.js';
import { deliverSignatures } from './deliverSignatures.js';
import { propose } from './propose.js';
import type { SafeQueues } from './safeQueues.js';
import type { Sought } from './sought.js';
import { takeConfirmations } from './takeConfirmations.js';

/** Milliseconds that all calls of one look may take: what the service does holds up nothing else. */
const patience = 5_000;
/** So often it may come there until it is left to people: somebody who deletes it again and again does not want it. */
const mostTimes = 3;
/** Others with the same nonce that are told of. */
const mostRivals = 10;

/** What a look at the queue shows. */
export interface QueueLook {
  /** With the signatures of owners that were found there, and where it stands there. */
  readonly safe: SafeSigning;
  /** Sentences for the record. */
  readonly news: readonly string[];
  /** Whether anything is not as it was known. */
  readonly moved: boolean;
}

interface LookOptions {
  /** Whether it may be put there now. */
  readonly proposes: boolean;
  /** Of the activity. */
  readonly signal: AbortSignal;
}

/**
 * Looks at the queue that the Safe app shows: puts the transaction there where it is missing, takes the signatures of
 * owners that are there, and brings those that were collected here. Safe to repeat, whatever became of the answers. The
 * service is believed nothing: signatures are checked by the Safe, and what is executed says the chain.
 *
 * @returns what was known, where the queue is not used, or not to be reached: it never fails
 */
export async function lookAtQueue(
  queues: SafeQueues,
  chain: Chain,
  safe: SafeSigning,
  { proposes, signal }: LookOptions,
): Promise<QueueLook> {
  const service = queues.services.get(chain.id);
  const { transaction, transactionHash: hash } = safe;
  if (!service || transaction === null || hash === null) return { safe, news: [], moved: false };
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  const sought: Sought = { chain, service, safe, transaction, hash, signal: inTime };
  const known = queueEntry(safe) ?? unseen(sought);
  let entry = known;
  const news: string[] = [];
  try {
    const queued = await listQueued(service, { safe: safe.address, nonce: transaction.nonce, signal: inTime });
    entry = withRivals(entry, queued, transaction, news);
    const ours = await find(sought, queued, entry);
    if (ours) {
      entry = seen(entry, news);
      const signed = await takeConfirmations(sought, ours.confirmations);
      await deliverSignatures(sought, ours.confirmations);
      return lookOf({ ...safe, signatures: signed }, entry, { known, before: safe, news });
    }
    if (entry.since !== null) entry = gone(entry, queues, news);
    if (proposes && queues.proposer && entry.times < mostTimes) {
      await propose(sought, queues.proposer);
      entry = { ...entry, since: new Date().toISOString(), times: entry.times + 1, trouble: null };
      news.push(`Proposed in Safe's queue by ${queues.proposer.address}.`);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    // Neither what the service does nor what nobody foresaw holds the change up.
    if (error instanceof Failure) entry = inTrouble(entry, error, news);
    log.warn("Safe's queue is of no use now", { safe: safe.address, hash, error: String(error) });
  }
  return lookOf(safe, entry, { known, before: safe, news });
}

const unseen = ({ chain, safe: { address }, hash }: Sought): SafeQueueEntry => ({
  transactionHash: hash,
  since: null,
  times: 0,
  url: safeTransactionUrl(chain.id, address, hash),
  rivals: [],
  trouble: null,
});

/** What was there and is not listed is asked for by itself: the service may take it for executed, or its list be behind. */
async function find(
  { service, hash, signal }: Sought,
  queued: readonly QueuedTransaction[],
  { since }: SafeQueueEntry,
): Promise<QueuedTransaction | null> {
  const listed = queued.find(({ safeTxHash }) => safeTxHash === hash);
  if (listed || since === null) return listed ?? null;
  return getQueued(service, hash, signal);
}

function seen(entry: SafeQueueEntry, news: string[]): SafeQueueEntry {
  // Beyond that it is left alone, and what is signed there counts as before.
  if (entry.since !== null || entry.times >= mostTimes) return entry;
  news.push("It stands in Safe's queue.");
  return { ...entry, since: new Date().toISOString(), times: entry.times + 1, trouble: null };
}

function gone(entry: SafeQueueEntry, { proposer }: SafeQueues, news: string[]): SafeQueueEntry {
  const isLast = proposer !== null && entry.times >= mostTimes;
  const left = isLast ? ` It was there ${mostTimes} times, and is not proposed there again.` : '';
  news.push(`Somebody has deleted it from Safe's queue.${left}`);
  return { ...entry, since: null };
}

function withRivals(
  entry: SafeQueueEntry,
  queued: readonly QueuedTransaction[],
  { nonce }: SafeTransaction,
  news: string[],
): SafeQueueEntry {
  const others = queued.filter((one) => one.nonce === nonce && one.safeTxHash !== entry.transactionHash);
  const fresh = others.map(({ safeTxHash }) => safeTxHash).filter((hash) => !entry.rivals.includes(hash));
  const told = fresh.slice(0, Math.max(mostRivals - entry.rivals.length, 0));
  for (const hash of told) {
    news.push(
      `Another transaction with nonce ${nonce} stands in Safe's queue: ${hash}. Only one of them can be executed.`,
    );
  }
  return told.length === 0 ? entry : { ...entry, rivals: [...entry.rivals, ...told] };
}

/** Said once, and only as long as it never stood there: afterwards the owners have what they need. */
function inTrouble(entry: SafeQueueEntry, { message }: Failure, news: string[]): SafeQueueEntry {
  if (entry.times > 0 || entry.trouble !== null) return entry;
  news.push(`Safe's queue is of no use now: ${message} The owners can sign without it.`);
  return { ...entry, trouble: message };
}

function lookOf(
  safe: SafeSigning,
  entry: SafeQueueEntry,
  { known, before, news }: { readonly known: SafeQueueEntry; readonly before: SafeSigning; readonly news: string[] },
): QueueLook {
  const moved = entry !== known || safe.signatures.length > before.signatures.length;
  // Nothing is kept of a queue in which there is nothing.
  return { safe: moved || before.queue ? { ...safe, queue: entry } : before, news, moved };
}
