import {
  BaseError,
  ContractFunctionRevertedError,
  ExecutionRevertedError,
  InsufficientFundsError,
  keccak256,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { Failure } from '../../model/failure.js';
import { type Hex, type TransactionHash, transactionHashSchema } from '../../model/hex.js';
import type { SafeSigning } from '../../model/safe.js';
import { type Chain, requireChainId } from '../chains.js';
import { requireExecution } from '../checkTransaction.js';
import { readReceipt } from '../readReceipt.js';
import { rpcFailure } from '../rpcFailure.js';
import { executionOf } from './execution.js';
import { readSafe } from './readSafe.js';

interface SendOptions {
  /** Of whoever pays for it; an owner or not. */
  readonly privateKey: Hex;
  /** Called before it is sent: from then on it can be looked up, whatever happens. */
  readonly onSigned: (transactionHash: TransactionHash) => void;
  /** Seconds until it is given up to wait. */
  readonly patience: number;
}

/**
 * Executes a signed transaction of a Safe, and waits until it is mined. The nonce of the Safe keeps it from being executed
 * twice.
 *
 * @throws Failure SignaturesMissing, SafeNonceTaken, SafeExecutionFailed, TransactionReverted, TransactionPending;
 *   ChainMismatch, ChainUnavailable
 */
export async function sendExecution(
  chain: Chain,
  safe: SafeSigning,
  { privateKey, onSigned, patience }: SendOptions,
): Promise<TransactionHash> {
  const call = executionOf(safe);
  await requireChainId(chain);
  await requireNonce(chain, safe);
  const raw = await sign(chain, call, privateKey);
  const transactionHash = transactionHashSchema.parse(keccak256(raw));
  onSigned(transactionHash);
  for (let second = 0; second < patience; second++) {
    const receipt = await readReceipt(chain, transactionHash);
    if (receipt?.status === 'success') {
      requireExecution(receipt.logs, transactionHash);
      return transactionHash;
    }
    if (receipt) throw new Failure('TransactionReverted', `Transaction ${transactionHash} was reverted.`);
    // The same bytes are the same transaction: sending them again changes nothing.
    await chain.client.sendRawTransaction({ serializedTransaction: raw }).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  throw new Failure('TransactionPending', `Transaction ${transactionHash} is not mined after ${patience} seconds.`, {
    effect: 'unknown',
  });
}

async function requireNonce(chain: Chain, { address, nonce }: SafeSigning): Promise<void> {
  const state = await readSafe(chain, address).catch((error: unknown) => {
    throw rpcFailure(error);
  });
  if (state === null || state.nonce === nonce) return;
  throw new Failure('SafeNonceTaken', `The Safe ${address} is at nonce ${state.nonce}; nonce ${nonce} is used up.`, {
    remedy: 'It was executed already, or another transaction came first: countersign show tells in a moment.',
  });
}

async function sign(
  chain: Chain,
  { to, data }: { readonly to: Hex; readonly data: Hex },
  privateKey: Hex,
): Promise<Hex> {
  const { client, id: chainId } = chain;
  const account = privateKeyToAccount(privateKey);
  try {
    const [gas, fees, nonce] = await Promise.all([
      client.estimateGas({ account: account.address, to, data }),
      client.estimateFeesPerGas(),
      client.getTransactionCount({ address: account.address, blockTag: 'pending' }),
    ]);
    // A third more than the estimate: what it costs can change until it is mined.
    const limit = (gas * 4n) / 3n;
    return await account.signTransaction({ type: 'eip1559', chainId, to, data, gas: limit, nonce, ...fees });
  } catch (error) {
    throw refusalOf(error, account.address);
  }
}

function refusalOf(error: unknown, sender: string): Failure {
  const cause =
    error instanceof BaseError &&
    error.walk((one) =>
      [InsufficientFundsError, ExecutionRevertedError, ContractFunctionRevertedError].some(
        (kind) => one instanceof kind,
      ),
    );
  if (cause instanceof InsufficientFundsError) {
    return new Failure('SenderCannotPay', `${sender} cannot pay for the execution.`);
  }
  if (cause instanceof BaseError) {
    return new Failure('TransactionReverted', `The execution would be reverted: ${cause.shortMessage.slice(0, 200)}`, {
      remedy: 'Look why the Safe or the contract refuses it; nothing was sent.',
    });
  }
  return rpcFailure(error);
}
