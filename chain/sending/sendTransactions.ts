import { BaseError, type Hex, InsufficientFundsError, TransactionNotFoundError } from 'viem';
import { Failure } from '../../model/failure.js';
import type { Address, TransactionHash } from '../../model/hex.js';
import type { SendingOutcome, SignedTransaction } from '../../model/sending.js';
import type { Chain } from '../chains.js';
import { readReceipt } from '../readReceipt.js';
import { rpcFailure } from '../rpcFailure.js';

type Known = Pick<SignedTransaction, 'transactionHash' | 'nonce' | 'maxFeePerGas' | 'blockNumber'>;

/** The transactions of one nonce, and the bytes of the newest. */
export interface Sending {
  readonly from: Address;
  /** Newest last. */
  readonly transactions: readonly Known[];
  readonly raw: Hex;
}

/** What the transactions of a nonce have come to, at one look. */
export type SentState =
  | Exclude<SendingOutcome, { state: 'stuck' }>
  | { readonly state: 'pending'; readonly canPay: boolean };

/**
 * Sends the newest transaction of a nonce, or finds out what became of them all. Sending the same bytes again changes
 * nothing: the node knows them already, or they are mined.
 *
 * @throws Failure OwnerKeyTransactionReverted; ChainUnavailable
 */
export async function sendTransactions(chain: Chain, { from, transactions, raw }: Sending): Promise<SentState> {
  const before = await mined(chain, transactions);
  if (before) return { state: 'mined', transactionHash: before };
  let canPay = true;
  try {
    await chain.client.sendRawTransaction({ serializedTransaction: raw });
    return { state: 'pending', canPay };
  } catch (error) {
    // "already known", "nonce too low" and a lost answer look alike (on-chain.md §4): the chain itself tells.
    canPay = !(error instanceof BaseError && InsufficientFundsError.nodeMessage.test(error.details));
  }
  const after = await mined(chain, transactions);
  if (after) return { state: 'mined', transactionHash: after };
  try {
    const [known, next] = await Promise.all([
      Promise.all(transactions.map(({ transactionHash }) => isKnown(chain, transactionHash))),
      chain.client.getTransactionCount({ address: from, blockTag: 'latest' }),
    ]);
    const taken = !known.includes(true) && transactions.every(({ nonce }) => next > nonce);
    return taken ? { state: 'nonceTaken' } : { state: 'pending', canPay };
  } catch (error) {
    throw rpcFailure(error);
  }
}

/** Blocks that may pass over a transaction before its fees count as too low. */
const passingBlocks = 3;

/**
 * Why a transaction has not been mined for so long; null where nothing is wrong with it: no block came, or it waits for
 * one before it.
 */
export async function whyStuck(chain: Chain, { from, transactions }: Sending): Promise<SendingOutcome | null> {
  const newest = transactions.at(-1);
  if (!newest) return null;
  try {
    const count = (blockTag: 'latest' | 'pending') => chain.client.getTransactionCount({ address: from, blockTag });
    const [block, next, nextNonce] = await Promise.all([chain.client.getBlock(), count('latest'), count('pending')]);
    const passedOver = next === newest.nonce && Number(block.number) >= newest.blockNumber + passingBlocks;
    const tooCheap = (block.baseFeePerGas ?? 0n) > BigInt(newest.maxFeePerGas);
    if (passedOver || tooCheap) return { state: 'stuck', why: 'fee', nextNonce };
    return nextNonce < newest.nonce ? { state: 'stuck', why: 'gap', nextNonce } : null;
  } catch (error) {
    throw rpcFailure(error);
  }
}

/** @throws Failure OwnerKeyTransactionReverted where one of them was */
async function mined(chain: Chain, transactions: readonly Known[]): Promise<TransactionHash | null> {
  for (const { transactionHash } of transactions.toReversed()) {
    const receipt = await readReceipt(chain, transactionHash);
    if (receipt?.status === 'reverted') {
      throw new Failure('OwnerKeyTransactionReverted', `Transaction ${transactionHash} was reverted.`);
    }
    if (receipt) return transactionHash;
  }
  return null;
}

const isKnown = ({ client }: Chain, hash: TransactionHash): Promise<boolean> =>
  client.getTransaction({ hash }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof TransactionNotFoundError) return false;
      throw error;
    },
  );
