import type { Hex } from 'viem';
import { Failure } from '../../model/failure.js';
import type { Address, TransactionHash } from '../../model/hex.js';
import type { ContractCall } from '../../model/registration.js';
import type { TakenNonce } from '../../model/sending.js';
import { type Chain, requireChainId } from '../chains.js';
import { rpcFailure } from '../rpcFailure.js';
import { type FeePolicy, type Fees, presentFees } from './fees.js';
import type { Signer } from './signer.js';
import { signTransaction } from './signTransaction.js';

/** A signed transaction: it can be sent any number of times, and is mined once at most. */
export interface RawTransaction extends Fees {
  readonly raw: Hex;
  readonly transactionHash: TransactionHash;
  readonly nonce: number;
  readonly gas: bigint;
  /** The newest block when it was signed. */
  readonly blockNumber: number;
}

interface SignCallOptions {
  readonly signer: Signer;
  /** Nonces of the key that transactions have which may not have reached the node. */
  readonly taken: readonly TakenNonce[];
  readonly fees: FeePolicy;
}

/**
 * Signs a call with the next free nonce, and sends nothing. The chain id is the configured one: a node that reports
 * another is refused, for the key would sign for whatever chain the node names (on-chain.md §4).
 *
 * @throws Failure ChainMismatch, OwnerKeyBalanceTooLow, OwnerKeyTransactionReverted where the call would fail;
 *   SignerUnavailable, SignerRefused, SignerAnswerWrong
 */
export async function signCall(
  chain: Chain,
  { to, data }: Pick<ContractCall, 'to' | 'data'>,
  { signer, taken, fees: policy }: SignCallOptions,
): Promise<RawTransaction> {
  await requireChainId(chain);
  const { client, id: chainId } = chain;
  const address = await signer.address();
  try {
    const [estimate, fees, pending, balance, blockNumber] = await Promise.all([
      client.estimateGas({ account: address, to, data }),
      presentFees(chain, policy),
      client.getTransactionCount({ address, blockTag: 'pending' }),
      client.getBalance({ address }),
      client.getBlockNumber(),
    ]);
    // A third more than the estimate: what it costs can change until it is mined.
    const gas = (estimate * 4n) / 3n;
    requireBalance({ address, chainId, balance, cost: gas * fees.maxFeePerGas, taken });
    const nonce = freeNonce(pending, taken);
    const signed = await signTransaction(signer, { chainId, to, data, nonce, gas, ...fees });
    return { ...signed, nonce, gas, ...fees, blockNumber: Number(blockNumber) };
  } catch (error) {
    throw signingFailure(error, address);
  }
}

/** The first from the node's own on that no transaction of the key has: where one fell out, its nonce is used again. */
function freeNonce(pending: number, taken: readonly TakenNonce[]): number {
  const nonces = new Set(taken.map(({ nonce }) => nonce));
  let nonce = pending;
  while (nonces.has(nonce)) nonce++;
  return nonce;
}

interface Cost {
  readonly address: Address;
  readonly chainId: number;
  readonly balance: bigint;
  readonly cost: bigint;
  readonly taken: readonly TakenNonce[];
}

/** @throws Failure OwnerKeyBalanceTooLow */
export function requireBalance({ address, chainId, balance, cost, taken }: Cost): void {
  const owed = taken.reduce((sum, { gas, maxFeePerGas }) => sum + BigInt(gas) * BigInt(maxFeePerGas), 0n);
  if (balance >= cost + owed) return;
  const before = owed > 0n ? `, and ${owed} wei for what it has sent before` : '';
  throw new Failure(
    'OwnerKeyBalanceTooLow',
    `The key ${address} has ${balance} wei on chain ${chainId}; the transaction may cost ${cost} wei${before}.`,
  );
}

/** The failure behind an error while a transaction was being made. */
export function signingFailure(error: unknown, address: Address): Failure {
  const failure = rpcFailure(error);
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'InsufficientFundsError') {
      return new Failure('OwnerKeyBalanceTooLow', `The key ${address} cannot pay for the transaction.`);
    }
    if (cause.name === 'ExecutionRevertedError') {
      return new Failure('OwnerKeyTransactionReverted', 'The call would be reverted: the contract refuses it.');
    }
  }
  return failure;
}
