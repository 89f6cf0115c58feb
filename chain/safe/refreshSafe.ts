import { type SafeProposal, withSignaturesOf } from '../../model/safe.js';
import type { Chain } from '../chains.js';
import { rpcFailure } from '../rpcFailure.js';
import { readSafe, type SafeState } from './readSafe.js';
import { safeTransactionHash } from './safeTransactionHash.js';

/**
 * Reads a Safe again, and makes the proposal its next transaction. Signatures that do not count any more are left out.
 *
 * @throws Failure ChainUnavailable
 */
export async function refreshSafe(chain: Chain, known: SafeProposal): Promise<SafeProposal> {
  const state = await readSafe(chain, known.address).catch((error: unknown) => {
    throw rpcFailure(error);
  });
  return state === null ? known : asOf(chain.id, known, state);
}

/** The proposal as the next transaction of a Safe in that state. */
export function asOf(chainId: number, known: SafeProposal, { threshold, owners, nonce }: SafeState): SafeProposal {
  const transaction = known.transaction && { ...known.transaction, nonce };
  const transactionHash = transaction && safeTransactionHash({ chainId, safe: known.address, transaction });
  return withSignaturesOf(known, { ...known, threshold, owners, nonce, transaction, transactionHash, signatures: [] });
}
