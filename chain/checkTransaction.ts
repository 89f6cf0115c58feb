import { type Log, parseEventLogs, type TransactionReceipt, TransactionReceiptNotFoundError } from 'viem';
import { Failure } from '../model/failure.js';
import type { TransactionHash } from '../model/hex.js';
import type { Expectation } from '../model/registration.js';
import type { Chain } from './chains.js';
import { dstackAppAbi, executionFailureTopic } from './contracts.js';
import { rpcFailure } from './rpcFailure.js';

/**
 * Checks that a mined transaction registered the expected compose hash. Who sent it, and to which contract, says
 * nothing: a Safe, a relayer or a batch may stand between. What counts is the event of the app contract itself.
 *
 * @returns the number of its block
 * @throws Failure of class `refused`, with the reason
 */
export async function checkTransaction(
  chain: Chain,
  { contract, composeHash }: Expectation,
  transactionHash: TransactionHash,
): Promise<bigint> {
  const receipt = await readReceipt(chain, transactionHash);
  if (receipt === null) throw await missing(chain, transactionHash);
  if (receipt.status === 'reverted') {
    throw new Failure('TransactionReverted', `Transaction ${transactionHash} was reverted.`);
  }
  const added = parseEventLogs({ abi: dstackAppAbi, eventName: 'ComposeHashAdded', logs: receipt.logs });
  const own = added.filter((log) => log.address.toLowerCase() === contract.address);
  if (own.some((log) => log.args.composeHash === composeHash)) return receipt.blockNumber;

  const [other] = own;
  if (other) {
    throw new Failure(
      'TransactionOfAnotherComposeHash',
      `Transaction ${transactionHash} registered ${other.args.composeHash}, not ${composeHash}.`,
    );
  }
  if (receipt.logs.some(isExecutionFailure)) {
    throw new Failure(
      'SafeExecutionFailed',
      `Transaction ${transactionHash} succeeded, but the Safe reports that its call failed.`,
    );
  }
  const [foreign] = added;
  throw new Failure(
    'TransactionOfAnotherContract',
    foreign
      ? `Transaction ${transactionHash} registered a hash with ${foreign.address.toLowerCase()}, not with ${contract.address}.`
      : `Transaction ${transactionHash} registered nothing with ${contract.address}.`,
  );
}

/**
 * Reads a receipt and makes sure that its block is still part of the chain: some nodes keep receipts of blocks that a
 * reorganisation has dropped.
 *
 * @returns null where there is none
 */
export async function readReceipt(
  { client }: Chain,
  transactionHash: TransactionHash,
): Promise<TransactionReceipt | null> {
  try {
    const receipt = await client.getTransactionReceipt({ hash: transactionHash });
    const block = await client.getBlock({ blockNumber: receipt.blockNumber });
    return block.hash === receipt.blockHash ? receipt : null;
  } catch (error) {
    if (error instanceof TransactionReceiptNotFoundError) return null;
    throw rpcFailure(error);
  }
}

const isExecutionFailure = ({ topics }: Log): boolean => topics[0] === executionFailureTopic;

async function missing({ client }: Chain, hash: TransactionHash): Promise<Failure> {
  const known = await client.getTransaction({ hash }).catch(() => null);
  return known === null
    ? new Failure('TransactionUnknown', `Transaction ${hash} is not known on this chain.`)
    : new Failure('TransactionPending', `Transaction ${hash} is not mined yet.`);
}
