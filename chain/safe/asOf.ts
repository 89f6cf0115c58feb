import { type SafeSigning, withSignaturesOf } from '../../model/safe.js';
import type { SafeState } from './readSafe.js';
import { safeTransactionHash } from './safeTransactionHash.js';

/** The proposal as the next transaction of a Safe in that state, without the signatures that do not count any more. */
export function asOf<Signing extends SafeSigning>(
  chainId: number,
  known: Signing,
  { threshold, owners, nonce }: SafeState,
): Signing {
  const transaction = known.transaction && { ...known.transaction, nonce };
  const transactionHash = transaction && safeTransactionHash({ chainId, safe: known.address, transaction });
  return withSignaturesOf(known, { ...known, threshold, owners, nonce, transaction, transactionHash, signatures: [] });
}
