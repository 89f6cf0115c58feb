import { type Address, BaseError, type Hash, type Hex, parseEventLogs } from 'viem';
import { connectLocalChain, type LocalChain, signerOf, untilMined } from './localChain.js';
import { oldSafeEvents, safeAbi } from './safeAbi.js';
import {
  type SafeOperation,
  type SafeTransaction,
  safeCallArguments,
  safeTransactionHash,
  signSafeTransactionByAll,
} from './safeTransaction.js';

/** Settings of {@link executeSafeTransaction}. */
export interface ExecuteSafeTransactionOptions {
  readonly rpcUrl: string;
  readonly safe: Address;
  /** Private keys of the owners that sign, in any order. */
  readonly signers: readonly Hex[];
  readonly to: Address;
  readonly data: Hex;
  /** In wei; 0 by default. */
  readonly value?: bigint;
  /** `call` by default. */
  readonly operation?: SafeOperation;
  /** 0 by default; see `SafeTransaction`. */
  readonly safeTxGas?: bigint;
  /** The Safe's own next one by default; another for a transaction that is to compete or to fail. */
  readonly nonce?: bigint;
  /** Private key of whoever sends it and pays, an owner or not; an account made for it by default. */
  readonly executor?: Hex;
}

/** A Safe transaction that was sent. */
export interface SentSafeTransaction {
  readonly transactionHash: Hash;
  /** The EIP-712 hash that the owners signed. */
  readonly safeTxHash: Hash;
}

/**
 * More than any call here takes, deploying an app included. An estimate would look for the least with which the outer call succeeds, and that one
 * succeeds as well when the inner call runs out of gas.
 */
const innerGas = 3_000_000n;

/**
 * Signs a call as the given owners of a Safe and sends it, without waiting for it to be mined.
 *
 * @throws Error when the hash computed here is not the one that the Safe computes
 */
export async function sendSafeTransaction(options: ExecuteSafeTransactionOptions): Promise<SentSafeTransaction> {
  return send(await connectLocalChain(options.rpcUrl), options);
}

/**
 * Signs a call as the given owners of a Safe, sends it, and waits until it is mined.
 *
 * @returns both hashes, and whether the inner call succeeded: with `safeTxGas` above 0 it may fail in a transaction that
 * succeeds
 * @throws Error with Safe's reason (such as GS020, too few signatures, or GS026, wrong signature or nonce) when the
 * transaction is reverted
 */
export async function executeSafeTransaction(
  options: ExecuteSafeTransactionOptions,
): Promise<SentSafeTransaction & { readonly succeeded: boolean }> {
  const chain = await connectLocalChain(options.rpcUrl);
  const sent = await send(chain, options);
  const { logs } = await untilMined(chain, sent.transactionHash, `Safe transaction ${sent.safeTxHash}`).catch((error) =>
    explainRevert(chain, sent.transactionHash, error),
  );
  const outcomes = [safeAbi, oldSafeEvents].flatMap((abi) =>
    parseEventLogs({ abi, eventName: ['ExecutionSuccess', 'ExecutionFailure'], logs }),
  );
  const outcome = outcomes.find(({ args }) => args.txHash === sent.safeTxHash);
  return { ...sent, succeeded: outcome?.eventName === 'ExecutionSuccess' };
}

async function send(chain: LocalChain, options: ExecuteSafeTransactionOptions): Promise<SentSafeTransaction> {
  const { safe, to, data, value = 0n, operation = 'call', safeTxGas = 0n } = options;
  const contract = { address: safe, abi: safeAbi };
  const nonce = options.nonce ?? (await chain.reader.readContract({ ...contract, functionName: 'nonce' }));
  const transaction: SafeTransaction = { to, value, data, operation, safeTxGas, nonce };
  const domain = { safe, chainId: chain.id };
  const safeTxHash = safeTransactionHash(domain, transaction);
  const hashOnChain = await chain.reader.readContract({
    ...contract,
    functionName: 'getTransactionHash',
    args: [...safeCallArguments(transaction), nonce],
  });
  if (hashOnChain !== safeTxHash) {
    throw new Error(
      `The Safe ${safe} hashes this transaction to ${hashOnChain}, not to ${safeTxHash}: is it a Safe of 1.3.0 or later?`,
    );
  }
  const signatures = await signSafeTransactionByAll(domain, transaction, options.signers);
  const transactionHash = await chain.writer.writeContract({
    ...contract,
    account: signerOf(chain, options.executor),
    functionName: 'execTransaction',
    args: [...safeCallArguments(transaction), signatures],
    gas: safeTxGas + innerGas,
  });
  return { transactionHash, safeTxHash };
}

/** Repeats a reverted transaction as a call: a receipt has no reason. */
async function explainRevert(chain: LocalChain, hash: Hash, error: unknown): Promise<never> {
  const { from, to, input, gas } = await chain.reader.getTransaction({ hash });
  const reason = await chain.reader.call({ account: from, to, data: input, gas }).then(
    () => 'a repetition succeeds',
    (thrown: unknown) => (thrown instanceof BaseError ? thrown.shortMessage : String(thrown)),
  );
  throw new Error(`${error instanceof Error ? error.message : String(error)} ${reason}`, { cause: error });
}
