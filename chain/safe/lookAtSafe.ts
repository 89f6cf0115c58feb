import type { SafeSignature, SafeSigning } from '../../model/safe.js';
import type { Chain } from '../chains.js';
import { safeAbi } from '../contracts.js';
import { rpcFailure } from '../rpcFailure.js';
import { asOf } from './asOf.js';
import { findExecution, type SafeExecution } from './findExecution.js';
import { readSafe } from './readSafe.js';

/** What a look at a Safe shows. */
export interface SafeLook {
  /** As it stands now; where the nonce is gone, with the next one. */
  readonly safe: SafeSigning;
  /** Sentences for the record: what is not as it was known. */
  readonly news: readonly string[];
  /** One sentence where the transaction that was proposed can never be executed any more; null else. */
  readonly outdated: string | null;
  /** Whether it is the proposed transaction itself that was executed. */
  readonly executed: boolean;
}

/**
 * Looks where a Safe stands that is to make a transaction: its nonce, its owners, and who of them has approved on chain.
 *
 * @param fromBlock the nonce was free then
 * @throws Failure ChainUnavailable
 */
export async function lookAtSafe(chain: Chain, known: SafeSigning, fromBlock: number): Promise<SafeLook> {
  try {
    const head = await chain.client.getBlockNumber();
    const state = await readSafe(chain, known.address, head);
    if (state === null) return { safe: known, news: [], outdated: null, executed: false };
    const safe = asOf(chain.id, known, state);
    if (state.nonce < known.nonce) return withoutNonce(safe, takenBack(known, state.nonce));
    if (state.nonce === known.nonce) {
      const approved = await withApprovals(chain, safe);
      return { safe: approved, news: newsOf(known, approved), outdated: null, executed: false };
    }
    const range = { nonce: known.nonce, next: state.nonce, head, fromBlock };
    const execution = await findExecution(chain, known.address, range);
    const executed = execution !== null && execution.safeTransactionHash === known.transactionHash;
    return { ...withoutNonce(safe, usedUp(known, execution, executed)), executed };
  } catch (error) {
    throw rpcFailure(error);
  }
}

const withoutNonce = (safe: SafeSigning, outdated: string): SafeLook => ({
  safe,
  news: [],
  outdated,
  executed: false,
});

const takenBack = ({ address, nonce }: SafeSigning, next: number): string =>
  `A reorganisation took the Safe ${address} back from nonce ${nonce} to nonce ${next}.`;

function usedUp({ address, nonce }: SafeSigning, execution: SafeExecution | null, executed: boolean): string {
  if (execution === null) return `The Safe ${address} has used up nonce ${nonce}.`;
  const { transactionHash, succeeded, isRejection } = execution;
  if (!succeeded) {
    return `The Safe ${address} executed its transaction with nonce ${nonce}, and the call inside failed: ${transactionHash}.`;
  }
  if (executed)
    return `The Safe ${address} executed the proposal, but what it brought about does not stand: ${transactionHash}.`;
  return isRejection
    ? `The owners of the Safe ${address} rejected its transaction with nonce ${nonce}, by ${transactionHash}.`
    : `Another transaction of the Safe ${address} took nonce ${nonce}: ${transactionHash}.`;
}

function newsOf(known: SafeSigning, safe: SafeSigning): readonly string[] {
  const gone = known.owners.filter((owner) => !safe.owners.includes(owner));
  const added = safe.owners.filter((owner) => !known.owners.includes(owner));
  const approvals = safe.signatures.filter(({ owner }) => !known.signatures.some((one) => one.owner === owner));
  return [
    ...gone.map((owner) => `${owner} is no owner of the Safe any more: a signature of theirs does not count.`),
    ...added.map((owner) => `${owner} is an owner of the Safe now.`),
    ...(known.threshold === safe.threshold ? [] : [`${safe.threshold} owners of the Safe have to sign now.`]),
    ...approvals.map(({ owner }) => `Approved on chain by owner ${owner}.`),
  ];
}

/** Owners who called `approveHash` need no signature. */
async function withApprovals({ client }: Chain, safe: SafeSigning): Promise<SafeSigning> {
  const { address, transactionHash, signatures } = safe;
  if (transactionHash === null) return safe;
  const silent = safe.owners.filter((owner) => !signatures.some((one) => one.owner === owner));
  const approved = await Promise.all(
    silent.map((owner) =>
      client.readContract({ address, abi: safeAbi, functionName: 'approvedHashes', args: [owner, transactionHash] }),
    ),
  );
  const at = new Date().toISOString();
  const found = silent.flatMap((owner, index): SafeSignature[] =>
    approved[index] ? [{ owner, kind: 'approval', signature: '0x', by: null, at }] : [],
  );
  return found.length === 0 ? safe : { ...safe, signatures: [...signatures, ...found] };
}
