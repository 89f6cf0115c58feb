import type { Address } from '../model/hex.js';
import type { Chain } from './chains.js';
import { allowListEvents } from './contracts.js';
import { type Entry, shows } from './entries.js';
import { listChanges } from './listChanges.js';
import { rpcFailure } from './rpcFailure.js';
import type { Sighting } from './sighting.js';

interface Reach {
  readonly blocksPerRequest: number;
  readonly requests: number;
}

/** What common RPC services allow, and about two days of Base. */
const usual: Reach = { blocksPerRequest: 2_000, requests: 50 };
/** Where a service allows no more: what has just happened is found there, too. */
const short: Reach = { blocksPerRequest: 10, requests: 5 };

/**
 * Looks for the newest event of each entry, from the newest block backwards.
 *
 * @param fromBlock where the search ends, a little before it
 * @returns newest first, one for each entry that is found; none also where the node does not serve logs over such a
 *   range, for the state of the contract is enough to go on
 */
export async function findSightings(
  chain: Chain,
  contract: Address,
  entries: readonly Entry[],
  fromBlock: number,
): Promise<readonly Sighting[]> {
  if (entries.length === 0) return [];
  for (const reach of [usual, short]) {
    try {
      return await search(chain, contract, entries, { ...reach, fromBlock });
    } catch (error) {
      const failure = rpcFailure(error);
      if (failure.class === 'transient' && !refusesRange(error)) throw failure;
    }
  }
  return [];
}

async function search(
  { client }: Chain,
  contract: Address,
  entries: readonly Entry[],
  { blocksPerRequest, requests, fromBlock }: Reach & { readonly fromBlock: number },
): Promise<readonly Sighting[]> {
  const wanted = new Set(entries);
  const found: Sighting[] = [];
  const head = Number(await client.getBlockNumber());
  const searchEnd = Math.max(fromBlock - blocksPerRequest, head - blocksPerRequest * requests, 0);
  for (let to = head; to >= searchEnd && wanted.size > 0; to -= blocksPerRequest) {
    const logs = await client.getLogs({
      address: contract,
      events: allowListEvents,
      fromBlock: BigInt(Math.max(to - blocksPerRequest + 1, searchEnd)),
      toBlock: BigInt(to),
    });
    // The arguments are not indexed: a node cannot filter by them.
    for (const { entry: change, transactionHash, blockNumber } of listChanges(logs).toReversed()) {
      for (const entry of wanted) {
        if (!shows(change, entry)) continue;
        found.push({ transactionHash, blockNumber, entries: [entry] });
        wanted.delete(entry);
      }
    }
  }
  return found;
}

/** -32602 and -32005: the node does not serve so many blocks at once. */
export function refusesRange(error: unknown): boolean {
  const names = ['InvalidParamsRpcError', 'LimitExceededRpcError', 'InvalidInputRpcError'];
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (names.includes(cause.name)) return true;
  }
  return false;
}
