import { Failure } from '../model/failure.js';
import type { FailureType } from '../model/failures.js';
import type { TransactionHash } from '../model/hex.js';
import type { CommitInput } from '../model/phalaActivities.js';
import type { Execution } from './activity.js';
import { withEffect } from './withEffect.js';

/** Soon after mining the API's own node may not know the transaction yet (phala-cloud-api.md §2d). */
const patienceWithNode = 5;
/** What a commit did may show a moment after it. */
const looksAfterDoubt = 3;

interface Commit<Result> {
  /** Looks for what this commit did, if it was sent before. */
  readonly find: () => Promise<Result | null>;
  /** Looks whether it should be sent at all. An answer means that there is nothing left to do. */
  readonly check?: () => Promise<Result | null>;
  /** Sends it. Not cancelled half-way: what became of it would not be known. */
  readonly send: (proof: TransactionHash | 'already-registered') => Promise<Result>;
  /** Refusals beside an expired preparation that a commit which worked would also lead to when it is sent again. */
  readonly traces?: readonly FailureType[];
}

/**
 * Looks before it leaps: where a commit may have been sent before, what it did is looked for, and it is sent again only
 * when it shows nowhere.
 *
 * @throws Failure of whatever the API refuses it for
 */
export async function commitOnce<Result>(
  input: CommitInput,
  execution: Execution,
  { find, check, send, traces = [] }: Commit<Result>,
): Promise<Result> {
  const inDoubt = execution.attempt > 1 || input.mayHaveBeenSent;
  const done = inDoubt ? await withEffect('unknown', find) : null;
  if (done) return done;
  const already = await check?.();
  if (already) return already;
  try {
    return await send(proofFor(input, execution.attempt));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.class === 'expired' || traces.includes(error.type)) {
      // A token that was used is unknown, too. After a lost answer, or where the network delivered this very request
      // twice, the refusal is the trace of a commit that worked.
      const found = await withEffect('unknown', () =>
        execution.attempt > 1 ? findPatiently(find, execution) : find(),
      );
      if (found) return found;
    }
    // The API's node may lag behind the one on which the registration was verified.
    if (error.class === 'unregistered' && execution.attempt < patienceWithNode) {
      throw new Failure('TransactionNotVerified', error.message, { ...error.details, retryAfter: 2_000 });
    }
    throw error;
  }
}

/**
 * Looks a few times, a little longer apart each time: what was made may show late.
 *
 * @param looks by default three, over six seconds; eight take about half a minute
 */
export async function findPatiently<Result>(
  find: () => Promise<Result | null>,
  { sleep }: Execution,
  looks = looksAfterDoubt,
): Promise<Result | null> {
  for (let look = 1; look <= looks; look++) {
    const found = await find();
    if (found) return found;
    await sleep(1_000 * look);
  }
  return null;
}

/**
 * The transaction, or only the state where there is none to show. After a few attempts in vain the transaction is left
 * out where a token commits: the allow-list says the same, and needs no receipt.
 */
const proofFor = (
  { transactionHash, commitToken }: CommitInput,
  attempt: number,
): TransactionHash | 'already-registered' =>
  transactionHash === null || (attempt > patienceWithNode && commitToken !== null)
    ? 'already-registered'
    : transactionHash;
