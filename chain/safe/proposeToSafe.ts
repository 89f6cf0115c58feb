import type { Address } from '../../model/hex.js';
import type { ContractCall, SafeProposal } from '../../model/registration.js';
import type { SafeState } from '../readAccount.js';
import { safeQueueUrl } from './safeLinks.js';
import { safeTransactionHash } from './safeTransactionHash.js';
import { transactionBuilderFile } from './transactionBuilderFile.js';

interface ProposeToSafeOptions {
  readonly chainId: number;
  readonly safe: Address;
  /** What the Safe app shows with the batch. */
  readonly title: string;
  readonly description: string;
}

/** What the owners of a Safe need to sign and execute the calls. */
export function proposeToSafe(
  calls: readonly ContractCall[],
  { version, threshold, owners, nonce }: SafeState,
  { chainId, safe, title, description }: ProposeToSafeOptions,
): SafeProposal {
  const [call, ...more] = calls;
  return {
    address: safe,
    version,
    threshold,
    owners,
    nonce,
    transactionHash:
      call && more.length === 0 ? safeTransactionHash({ chainId, safe, to: call.to, data: call.data, nonce }) : null,
    queueUrl: safeQueueUrl(chainId, safe),
    batchFile: transactionBuilderFile(calls, { chainId, safe, title, description, createdAt: Date.now() }),
  };
}
