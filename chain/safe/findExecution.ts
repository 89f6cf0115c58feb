import { decodeFunctionData, type Log, slice } from 'viem';
import {
  type Address,
  addressSchema,
  type SafeTransactionHash,
  safeTransactionHashSchema,
  type TransactionHash,
  transactionHashSchema,
} from '../../model/hex.js';
import type { Chain } from '../chains.js';
import { executionFailureTopic, executionSuccessTopic, safeAbi } from '../contracts.js';

/** What used up a nonce of a Safe. */
export interface SafeExecution {
  readonly transactionHash: TransactionHash;
  readonly safeTransactionHash: SafeTransactionHash;
  /** With a gas limit of its own the call inside may fail in a transaction that succeeds (on-chain.md §3.1, trap 1). */
  readonly succeeded: boolean;
  /** Whether it does nothing but use up the nonce: how the owners of a Safe reject a transaction. */
  readonly isRejection: boolean;
}

interface NonceRange {
  readonly nonce: number;
  /** The next nonce of the Safe at the block `head`. */
  readonly next: number;
  readonly head: bigint;
  /** The search ends here: the nonce was free then. */
  readonly fromBlock: number;
}

/** Blocks per request, and requests per search: what common RPC services allow, and about two days of Base. */
const blocksPerRequest = 2_000n;
const requestsPerSearch = 50n;

/**
 * Looks for the transaction that used up a nonce of a Safe. Each execution emits one event, whose hash stands in a topic or,
 * before 1.4.1, in the data: counted from the newest one back, the event tells the nonce.
 *
 * @returns null where it is not found, also where the node does not serve logs over such a range
 */
export async function findExecution(
  chain: Chain,
  safe: Address,
  { nonce, next, head, fromBlock }: NonceRange,
): Promise<SafeExecution | null> {
  const wanted = next - nonce;
  const oldest = head - blocksPerRequest * requestsPerSearch;
  const end = oldest > BigInt(fromBlock) ? oldest : BigInt(fromBlock);
  try {
    let seen = 0;
    for (let to = head; to >= end; to -= blocksPerRequest) {
      const from = to - blocksPerRequest + 1n;
      const executions = await executionsIn(chain, safe, { fromBlock: from > end ? from : end, toBlock: to });
      const execution = executions.at(-(wanted - seen));
      if (execution && executions.length >= wanted - seen) return await readExecution(chain, safe, execution);
      seen += executions.length;
    }
    return null;
  } catch {
    // A limit of the range, and nodes have many ways to say so. That the nonce is used up is known without it.
    return null;
  }
}

async function executionsIn({ client }: Chain, address: Address, range: { fromBlock: bigint; toBlock: bigint }) {
  const logs = await client.getLogs({ address, ...range });
  return logs.filter(({ topics: [topic] }) => topic === executionSuccessTopic || topic === executionFailureTopic);
}

async function readExecution(
  { client }: Chain,
  safe: Address,
  log: Log<bigint, number, false>,
): Promise<SafeExecution> {
  const { to, input } = await client.getTransaction({ hash: log.transactionHash });
  return {
    transactionHash: transactionHashSchema.parse(log.transactionHash),
    safeTransactionHash: safeTransactionHashSchema.parse(log.topics[1] ?? slice(log.data, 0, 32)),
    succeeded: log.topics[0] === executionSuccessTopic,
    isRejection: to !== null && addressSchema.parse(to) === safe && isEmptyCall(safe, input),
  };
}

function isEmptyCall(safe: Address, data: `0x${string}`): boolean {
  try {
    const { functionName, args } = decodeFunctionData({ abi: safeAbi, data });
    if (functionName !== 'execTransaction') return false;
    const [to, value, inner] = args;
    return addressSchema.parse(to) === safe && value === 0n && inner === '0x';
  } catch {
    return false;
  }
}
