import { createPublicClient, fallback, http, type PublicClient } from 'viem';
import { Failure } from '../model/failure.js';
import type { Address } from '../model/hex.js';
import { rpcFailure } from './rpcFailure.js';

/** A chain that is read through one or several RPC nodes. */
export interface Chain {
  readonly id: number;
  readonly client: PublicClient;
  /** The MultiSendCallOnly that was configured; null: where Safe itself deploys it. */
  readonly multiSend: Address | null;
}

/** The chains of one worker, by chain id. */
export interface Chains {
  /** @throws Failure ChainNotConfigured */
  get(chainId: number): Chain;
}

/**
 * Makes the clients of all configured chains.
 *
 * @param rpcUrls chain id → RPC URLs; the second and later ones are asked when the ones before fail
 * @param multiSends chain id → MultiSendCallOnly, for chains on which it stands elsewhere than usual
 */
export function createChains(
  rpcUrls: ReadonlyMap<number, readonly string[]>,
  multiSends: ReadonlyMap<number, Address> = new Map(),
): Chains {
  const chains = new Map(
    [...rpcUrls].map(([id, urls]) => [id, { id, client: createClient(urls), multiSend: multiSends.get(id) ?? null }]),
  );
  return {
    get(chainId) {
      const chain = chains.get(chainId);
      if (chain) return chain;
      throw new Failure('ChainNotConfigured', `No RPC URL is configured for chain ${chainId}.`, {
        remedy: `Set COUNTERSIGN_RPC_URL_${chainId} for the worker, then retry.`,
      });
    },
  };
}

const createClient = (urls: readonly string[]): PublicClient =>
  createPublicClient({
    // Few retries here: Temporal retries the activity, and shows that it does. No ranking: it pings without end.
    transport: fallback(
      urls.map((url) => http(url, { retryCount: 1, timeout: 8_000, batch: true })),
      { rank: false, retryCount: 0 },
    ),
    // A cached block number would hide the newest block from a check that waits for it.
    cacheTime: 0,
  });

/**
 * Makes sure that the nodes behind the URL are of the chain that is meant.
 *
 * @throws Failure ChainMismatch, or ChainUnavailable where no node answers
 */
export async function requireChainId({ id, client }: Chain): Promise<void> {
  const answered = await client.getChainId().catch((error: unknown) => {
    throw rpcFailure(error);
  });
  if (answered !== id) {
    throw new Failure('ChainMismatch', `COUNTERSIGN_RPC_URL_${id} leads to chain ${answered}, not to chain ${id}.`);
  }
}
