import type { PhalaActivities } from '../model/activities.js';
import type { CommitToken } from '../model/commitToken.js';
import { Failure } from '../model/failure.js';
import type { TransactionHash } from '../model/hex.js';
import { commitUpdate } from '../phala/commitUpdate.js';
import { getCvm } from '../phala/getCvm.js';
import { listOperations } from '../phala/listOperations.js';
import { commitByHeaders } from '../phala/patchCvm.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity, type Execution } from './activity.js';
import { inDoubtStill } from './inDoubtStill.js';
import type { KeyRing } from './keyRing.js';
import { operationOf, operationsSince } from './operations.js';

interface CommitUpdateClients {
  readonly phala: PhalaApi;
  readonly keyRing: KeyRing;
}

type CommitInput = Parameters<PhalaActivities['commitUpdate']>[0];
type Committed = Awaited<ReturnType<PhalaActivities['commitUpdate']>>;

/** Soon after mining the API's own node may not know the transaction yet (phala-cloud-api.md §2d). */
const patienceWithNode = 5;
/** An operation may show a moment after the commit that started it. */
const looksAfterDoubt = 3;

/**
 * Looks before it leaps: where this commit may have been sent before, what it did is read from the operations and the
 * CVM, and it is sent again only when it shows nowhere.
 */
export const createCommitUpdate = ({ phala, keyRing }: CommitUpdateClients): PhalaActivities['commitUpdate'] =>
  activity(async (input, execution) => {
    const { cvmId, base, composeHash } = input;
    const inDoubt = execution.attempt > 1 || input.mayHaveBeenSent;
    const done = inDoubt ? await inDoubtStill(() => findCommit(phala, input, execution)) : null;
    if (done) return done;

    const cvm = await getCvm(phala, cvmId, execution.signal);
    const runs = cvm.compose_hash ?? null;
    if (runs === composeHash && runs !== base) return { correlationId: cvm.progress?.correlation_id ?? null };
    if (runs !== base && input.onBaseChanged === 'hold') {
      throw new Failure('BaseChanged', `The CVM runs ${runs}; when the change was prepared it ran ${base}.`);
    }
    try {
      return await send({ phala, keyRing }, input, execution);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return await settle(phala, input, execution, error, inDoubt);
    }
  });

/** Not cancelled half-way: what became of it would not be known. */
async function send(
  { phala, keyRing }: CommitUpdateClients,
  input: CommitInput,
  execution: Execution,
): Promise<Committed> {
  const { cvmId, composeHash, commitToken } = input;
  const { change, attempt } = execution;
  const transactionHash = proofOf(input, attempt);
  if (commitToken === null) return commitByHeaders(phala, { cvmId, composeHash, transactionHash });
  // What was sealed is the token that the API gave.
  const token = (await keyRing.unseal(commitToken, change)) as CommitToken;
  return commitUpdate(phala, { cvmId, composeHash, commitToken: token, transactionHash });
}

/**
 * The transaction, or only the state where there is none to show. After a few attempts in vain the transaction is left
 * out: the allow-list says the same, and needs no receipt.
 */
const proofOf = (
  { transactionHash, commitToken }: CommitInput,
  attempt: number,
): TransactionHash | 'already-registered' =>
  transactionHash === null || (attempt > patienceWithNode && commitToken !== null)
    ? 'already-registered'
    : transactionHash;

/** Decides what a refused commit means. */
async function settle(
  phala: PhalaApi,
  input: CommitInput,
  execution: Execution,
  failure: Failure,
  inDoubt: boolean,
): Promise<Committed> {
  switch (failure.class) {
    case 'expired': {
      // A token that was used is unknown, too: after a lost answer this may be the trace of a commit that worked.
      const done = inDoubt ? await findCommitPatiently(phala, input, execution) : null;
      if (done) return done;
      throw failure;
    }
    case 'unregistered':
      // The API's node may lag behind the one on which the registration was verified.
      if (execution.attempt >= patienceWithNode) throw failure;
      throw new Failure('TransactionNotVerified', failure.message, { ...failure.details, retryAfter: 2_000 });
    default:
      throw failure;
  }
}

async function findCommitPatiently(
  phala: PhalaApi,
  input: CommitInput,
  execution: Execution,
): Promise<Committed | null> {
  for (let look = 1; look <= looksAfterDoubt; look++) {
    const done = await findCommit(phala, input, execution);
    if (done) return done;
    await execution.sleep(1_000 * look);
  }
  return null;
}

/** The operation that applies the hash, if one was started since the change was planned. */
async function findCommit(phala: PhalaApi, input: CommitInput, { signal }: Execution): Promise<Committed | null> {
  const operations = operationsSince(await listOperations(phala, input.cvmId, { signal }), input.since);
  const operation = operationOf(operations, input.composeHash);
  return operation && { correlationId: operation.correlation_id };
}
