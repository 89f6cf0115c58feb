import { getAddress } from 'viem';
import type { Address, SafeTransactionHash } from '../../model/hex.js';

/** Short names of ERC-3770 for the chains that the Safe app serves and apps live on (on-chain.md §3.5). */
const shortNames: Readonly<Record<number, string>> = { 1: 'eth', 8453: 'base', 84532: 'basesep', 11155111: 'sep' };

/** The Safe app's page with the transactions that wait; null where the app does not know the chain. */
export function safeQueueUrl(chainId: number, safe: Address): string | null {
  const shortName = shortNames[chainId];
  return shortName ? `https://app.safe.global/transactions/queue?safe=${shortName}:${getAddress(safe)}` : null;
}

/** The Safe app's page of one transaction; null where the app does not know the chain. */
export function safeTransactionUrl(chainId: number, safe: Address, hash: SafeTransactionHash): string | null {
  const shortName = shortNames[chainId];
  const address = getAddress(safe);
  return shortName
    ? `https://app.safe.global/transactions/tx?id=multisig_${address}_${hash}&safe=${shortName}:${address}`
    : null;
}
