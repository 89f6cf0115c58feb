import { type Address, type Hex, type TransactionHash, transactionHashSchema } from '../../model/hex.js';
import type { Chain } from '../chains.js';
import { rpcFailure } from '../rpcFailure.js';
import { timelockAbi } from './timelockAbi.js';

/** Blocks per request, which common RPC services allow. */
const blocksPerRequest = 2_000;

interface SearchRange {
  /** The search ends here: nothing of this operation is older. */
  readonly fromBlock: number;
  /** At the most, from the newest block backwards. */
  readonly requests: number;
}

/**
 * Looks for the transaction that cancelled an operation, from the newest block backwards.
 *
 * @returns null where none is found
 * @throws Failure ChainUnavailable
 */
export async function findCancellation(
  { client }: Chain,
  address: Address,
  id: Hex,
  { fromBlock, requests }: SearchRange,
): Promise<TransactionHash | null> {
  try {
    const head = Number(await client.getBlockNumber());
    const end = Math.max(fromBlock, head - blocksPerRequest * requests + 1, 0);
    for (let to = head; to >= end; to -= blocksPerRequest) {
      const logs = await client.getContractEvents({
        address,
        abi: timelockAbi,
        eventName: 'Cancelled',
        args: { id },
        fromBlock: BigInt(Math.max(to - blocksPerRequest + 1, end)),
        toBlock: BigInt(to),
      });
      const newest = logs.at(-1);
      if (newest) return transactionHashSchema.parse(newest.transactionHash);
    }
    return null;
  } catch (error) {
    throw rpcFailure(error);
  }
}
