import { Failure } from '../model/failure.js';
import type { TransactionHash } from '../model/hex.js';
import type { Finality } from '../model/policy.js';
import type { Expectation, Registration } from '../model/registration.js';
import type { Chain } from './chains.js';
import { checkTransaction } from './checkTransaction.js';
import { finalBlock } from './finality.js';
import { findTransaction } from './findTransaction.js';
import { allows, readAllowList } from './readAllowList.js';
import { rpcFailure } from './rpcFailure.js';

interface ReadRegistrationOptions {
  readonly finality: Finality;
  /** Where a search for the transaction ends. */
  readonly fromBlock: number;
  /** The transaction that somebody delivered, or that was found before. */
  readonly transactionHash?: TransactionHash | null;
}

/**
 * Reads whether everything that is expected stands on the contract's allow-lists now, by which transaction, and
 * whether that transaction is final. An event alone is not enough (the hash may have been removed since), nor is the
 * state alone (it names no transaction): both are read, afresh each time, so that a reorganisation shows.
 *
 * @returns null where something that is expected is not allowed
 * @throws Failure of class `refused` where the given transaction is not the registration
 */
export async function readRegistration(
  chain: Chain,
  expectation: Expectation,
  { finality, fromBlock, transactionHash }: ReadRegistrationOptions,
): Promise<Registration | null> {
  const given = transactionHash ? await checkTransaction(chain, expectation, transactionHash) : null;
  const allowed = await readAllowList(chain, expectation);
  if (given !== null && !allowed.composeHash) {
    throw new Failure(
      'RegistrationRevoked',
      `Transaction ${transactionHash} registered the compose hash, but the contract does not allow it any more.`,
    );
  }
  if (!allows(allowed)) return null;
  try {
    const found = transactionHash ? null : await findTransaction(chain, expectation, fromBlock);
    // Where no transaction is found the registration is as old as the block in which it is seen, at the latest.
    const blockNumber = given ?? found?.blockNumber ?? (await chain.client.getBlockNumber());
    return {
      transactionHash: transactionHash ?? found?.transactionHash ?? null,
      blockNumber: Number(blockNumber),
      finality,
      final: finality === 'latest' || blockNumber <= (await finalBlock(chain, finality)),
    };
  } catch (error) {
    throw rpcFailure(error);
  }
}
