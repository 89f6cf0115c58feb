import { type TransactionHash, transactionHashSchema } from '../model/hex.js';
import type { Expectation } from '../model/registration.js';
import type { Chain } from './chains.js';
import { dstackAppAbi } from './contracts.js';
import { rpcFailure } from './rpcFailure.js';

/** Blocks per request, and requests per search: what common RPC services allow, and about two days of Base. */
const blocksPerRequest = 2_000;
const requestsPerSearch = 50;

interface FoundTransaction {
  readonly transactionHash: TransactionHash;
  readonly blockNumber: bigint;
}

/**
 * Looks for the newest transaction that registered the compose hash, from the newest block backwards.
 *
 * @param fromBlock where the search ends, a little before it
 * @returns null where none is found; also where the node does not serve logs over such a range, for the state of the
 *   contract is enough to go on
 */
export async function findTransaction(
  { client }: Chain,
  { contract, composeHash }: Expectation,
  fromBlock: number,
): Promise<FoundTransaction | null> {
  try {
    const head = Number(await client.getBlockNumber());
    const searchEnd = Math.max(fromBlock - blocksPerRequest, head - blocksPerRequest * requestsPerSearch, 0);
    for (let to = head; to >= searchEnd; to -= blocksPerRequest) {
      const logs = await client.getContractEvents({
        address: contract.address,
        abi: dstackAppAbi,
        eventName: 'ComposeHashAdded',
        fromBlock: BigInt(Math.max(to - blocksPerRequest + 1, searchEnd)),
        toBlock: BigInt(to),
      });
      // The argument is not indexed: a node cannot filter by it.
      const found = logs.findLast(({ args }) => args.composeHash === composeHash);
      if (found) {
        return {
          transactionHash: transactionHashSchema.parse(found.transactionHash),
          blockNumber: found.blockNumber,
        };
      }
    }
    return null;
  } catch (error) {
    const failure = rpcFailure(error);
    if (failure.class === 'transient' && !refusesRange(error)) throw failure;
    return null;
  }
}

/** -32602 and -32005: the node does not serve so many blocks at once. */
function refusesRange(error: unknown): boolean {
  const names = ['InvalidParamsRpcError', 'LimitExceededRpcError', 'InvalidInputRpcError'];
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (names.includes(cause.name)) return true;
  }
  return false;
}
