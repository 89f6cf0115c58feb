import { type TransactionReceipt, TransactionReceiptNotFoundError } from 'viem';
import { Failure } from '../model/failure.js';
import type { TransactionHash } from '../model/hex.js';
import type { Chain } from './chains.js';
import { rpcFailure } from './rpcFailure.js';

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

/**
 * Reads the receipt of a transaction that somebody delivered.
 *
 * @throws Failure TransactionUnknown, TransactionPending, TransactionReverted
 */
export async function requireReceipt(chain: Chain, transactionHash: TransactionHash): Promise<TransactionReceipt> {
  const receipt = await readReceipt(chain, transactionHash);
  if (receipt === null) throw await missing(chain, transactionHash);
  if (receipt.status === 'reverted') {
    throw new Failure('TransactionReverted', `Transaction ${transactionHash} was reverted.`);
  }
  return receipt;
}

async function missing({ client }: Chain, hash: TransactionHash): Promise<Failure> {
  const known = await client.getTransaction({ hash }).catch(() => null);
  return known === null
    ? new Failure('TransactionUnknown', `Transaction ${hash} is not known on this chain.`)
    : new Failure('TransactionPending', `Transaction ${hash} is not mined yet.`);
}
