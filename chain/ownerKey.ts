import { keccak256 } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { Failure } from '../model/failure.js';
import { type Address, addressSchema, type Hex, type TransactionHash, transactionHashSchema } from '../model/hex.js';
import type { RegistrationCall } from '../model/registration.js';
import { type Chain, requireChainId } from './chains.js';
import { readReceipt } from './readReceipt.js';
import { rpcFailure } from './rpcFailure.js';

/** The key that owns an app contract, where the engine holds it. */
export interface OwnerKey {
  readonly address: Address;
  readonly account: PrivateKeyAccount;
}

/** @param privateKey 32 bytes as hex with 0x */
export function createOwnerKey(privateKey: Hex): OwnerKey {
  const account = privateKeyToAccount(privateKey);
  return { address: addressSchema.parse(account.address), account };
}

/** A signed transaction: it can be sent any number of times, and is mined once at most. */
export interface SignedTransaction {
  /** The raw transaction. */
  readonly raw: Hex;
  readonly transactionHash: TransactionHash;
  readonly nonce: number;
}

/**
 * Signs a registration call, and sends nothing. The chain id is the configured one: a node that reports another is
 * refused, for the key would sign for whatever chain the node names (on-chain.md §4).
 *
 * @throws Failure ChainMismatch, OwnerKeyBalanceTooLow, OwnerKeyTransactionReverted where the call would fail
 */
export async function signTransaction(
  chain: Chain,
  { account }: OwnerKey,
  { to, data }: RegistrationCall,
): Promise<SignedTransaction> {
  await requireChainId(chain);
  const { client, id: chainId } = chain;
  const call = { account: account.address, to, data } as const;
  try {
    const [gas, fees, nonce, balance] = await Promise.all([
      client.estimateGas(call),
      client.estimateFeesPerGas(),
      client.getTransactionCount({ address: account.address, blockTag: 'pending' }),
      client.getBalance({ address: account.address }),
    ]);
    // A third more than the estimate: what it costs can change until it is mined.
    const limit = (gas * 4n) / 3n;
    const cost = limit * fees.maxFeePerGas;
    if (balance < cost) {
      throw new Failure(
        'OwnerKeyBalanceTooLow',
        `The owner key ${account.address} has ${balance} wei on chain ${chainId}; the registration may cost ${cost} wei.`,
      );
    }
    const raw = await account.signTransaction({ type: 'eip1559', chainId, to, data, gas: limit, nonce, ...fees });
    return { raw, transactionHash: transactionHashSchema.parse(keccak256(raw)), nonce };
  } catch (error) {
    throw signingFailure(error);
  }
}

/** What a transaction that was sent has come to. */
export type SentState = 'mined' | 'pending' | 'nonceTaken';

/**
 * Sends a signed transaction, or finds out what became of it. Sending the same bytes again changes nothing: the node
 * knows them already, or they are mined.
 *
 * @throws Failure OwnerKeyTransactionReverted; ChainUnavailable
 */
export async function sendTransaction(
  chain: Chain,
  { raw, transactionHash, nonce }: SignedTransaction,
  from: Address,
): Promise<SentState> {
  if (await isMined(chain, transactionHash)) return 'mined';
  try {
    await chain.client.sendRawTransaction({ serializedTransaction: raw });
    return 'pending';
  } catch {
    // "already known", "nonce too low" and a lost answer look alike (on-chain.md §4): the chain itself tells.
  }
  if (await isMined(chain, transactionHash)) return 'mined';
  try {
    const [known, next] = await Promise.all([
      chain.client.getTransaction({ hash: transactionHash }).catch(() => null),
      chain.client.getTransactionCount({ address: from, blockTag: 'latest' }),
    ]);
    return known === null && next > nonce ? 'nonceTaken' : 'pending';
  } catch (error) {
    throw rpcFailure(error);
  }
}

/** @throws Failure OwnerKeyTransactionReverted */
async function isMined(chain: Chain, transactionHash: TransactionHash): Promise<boolean> {
  const receipt = await readReceipt(chain, transactionHash);
  if (receipt?.status === 'reverted') {
    throw new Failure('OwnerKeyTransactionReverted', `Transaction ${transactionHash} of the owner key was reverted.`, {
      effect: 'none',
    });
  }
  return receipt !== null;
}

function signingFailure(error: unknown): Failure {
  const failure = rpcFailure(error);
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === 'InsufficientFundsError') {
      return new Failure('OwnerKeyBalanceTooLow', 'The owner key cannot pay for the registration.');
    }
    if (cause.name === 'ExecutionRevertedError') {
      return new Failure('OwnerKeyTransactionReverted', 'The registration would be reverted: the contract refuses it.');
    }
  }
  return failure;
}
