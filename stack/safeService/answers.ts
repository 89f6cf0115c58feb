import type { Entry } from './queue.js';
import type { SafeAccount, SafesOnChain } from './safeOnChain.js';

/** A transaction as SafeMultisigTransactionResponseSerializerV2 writes it, its names in camel case. */
export async function shownEntry(chain: SafesOnChain, entry: Entry, account: SafeAccount | null): Promise<object> {
  const { transaction: tx, safeTxHash, safe } = entry;
  const transactionHash = entry.claimed ?? (await chain.executionOf(safe, safeTxHash));
  return {
    safe,
    to: tx.to,
    value: String(tx.value),
    data: tx.data === '0x' ? null : tx.data,
    operation: tx.operation,
    gasToken: tx.gasToken,
    safeTxGas: String(tx.safeTxGas),
    baseGas: String(tx.baseGas),
    gasPrice: String(tx.gasPrice),
    refundReceiver: tx.refundReceiver,
    nonce: String(tx.nonce),
    executionDate: transactionHash === null ? null : new Date().toISOString(),
    submissionDate: entry.submissionDate,
    modified: entry.confirmations.at(-1)?.submissionDate ?? entry.submissionDate,
    blockNumber: null,
    transactionHash,
    safeTxHash,
    proposer: entry.proposer,
    proposedByDelegate: entry.proposedByDelegate,
    executor: null,
    isExecuted: transactionHash !== null,
    isSuccessful: transactionHash === null ? null : true,
    origin: entry.origin,
    dataDecoded: null,
    confirmationsRequired: account?.threshold ?? entry.confirmations.length,
    confirmations: entry.confirmations.map((one) => ({ ...one, transactionHash: null })),
    trusted: entry.trusted,
    signatures: null,
  };
}

/** One page of a list (pagination.py, DefaultPagination: 100 at a time, 200 at the most). */
export function page<Item>(all: readonly Item[], query: URLSearchParams) {
  const limit = Math.min(Number(query.get('limit') ?? 100) || 100, 200);
  const offset = Number(query.get('offset') ?? 0) || 0;
  const link = (at: number): string => `?limit=${limit}&offset=${at}`;
  return {
    count: all.length,
    next: offset + limit < all.length ? link(offset + limit) : null,
    previous: offset > 0 ? link(Math.max(offset - limit, 0)) : null,
    results: all.slice(offset, offset + limit),
  };
}

/** filters.py, MultisigTransactionFilter, and the order of the view: newest nonce first unless it is asked for another. */
export async function chosen(
  chain: SafesOnChain,
  entries: readonly Entry[],
  query: URLSearchParams,
): Promise<readonly Entry[]> {
  const bound = (name: string): bigint | null => (query.has(name) ? BigInt(query.get(name) ?? 0) : null);
  const [exactly, atLeast, atMost] = [bound('nonce'), bound('nonce__gte'), bound('nonce__lte')];
  const executed = query.get('executed');
  const onlyTrusted = query.get('trusted') !== 'false';
  const kept: Entry[] = [];
  for (const entry of entries) {
    const { nonce } = entry.transaction;
    if (onlyTrusted && !entry.trusted) continue;
    if (exactly !== null && nonce !== exactly) continue;
    if ((atLeast !== null && nonce < atLeast) || (atMost !== null && nonce > atMost)) continue;
    const isExecuted = entry.claimed !== null || (await chain.executionOf(entry.safe, entry.safeTxHash)) !== null;
    if (executed !== null && isExecuted !== (executed === 'true')) continue;
    kept.push(entry);
  }
  const ascending = query.get('ordering') === 'nonce';
  return kept.toReversed().toSorted((one, other) => {
    const difference = Number(one.transaction.nonce - other.transaction.nonce);
    return ascending ? difference : -difference;
  });
}
