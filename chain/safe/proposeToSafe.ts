import type { Address } from '../../model/hex.js';
import type { ContractCall } from '../../model/registration.js';
import type { SafeProposal } from '../../model/safe.js';
import type { Chain } from '../chains.js';
import { findMultiSend } from './multiSend.js';
import type { SafeState } from './readSafe.js';
import { safeQueueUrl } from './safeLinks.js';
import { isSignable, safeTransactionFor } from './safeTransaction.js';
import { safeTransactionHash } from './safeTransactionHash.js';
import { transactionBuilderFile } from './transactionBuilderFile.js';

interface ProposeToSafeOptions {
  readonly safe: Address;
  /** What the Safe app shows with the batch. */
  readonly title: string;
  readonly description: string;
}

/**
 * What the owners of a Safe need to sign and execute the calls.
 *
 * @throws Failure ChainUnavailable; SafeBatchContractUnknown
 */
export async function proposeToSafe(
  chain: Chain,
  calls: readonly ContractCall[],
  { version, threshold, owners, nonce }: SafeState,
  { safe, title, description }: ProposeToSafeOptions,
): Promise<SafeProposal> {
  const chainId = chain.id;
  const multiSend = calls.length > 1 ? await findMultiSend(chain, version) : null;
  const transaction = isSignable(version) ? safeTransactionFor(calls, { nonce, multiSend }) : null;
  return {
    address: safe,
    version,
    threshold,
    owners,
    nonce,
    transaction,
    transactionHash: transaction && safeTransactionHash({ chainId, safe, transaction }),
    signatures: [],
    queueUrl: safeQueueUrl(chainId, safe),
    batchFile: transactionBuilderFile(calls, { chainId, safe, title, description, createdAt: Date.now() }),
  };
}
