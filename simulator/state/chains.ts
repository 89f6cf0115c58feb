import { setTimeout as pause } from 'node:timers/promises';
import { BaseError, createPublicClient, HttpRequestError, http, type PublicClient, TimeoutError } from 'viem';

/** "The backend retries a few times with short gaps" [DOC-update]; how many and how long is chosen. */
const ATTEMPTS = 3;
const GAP_MILLISECONDS = 150;

/** The chain cannot be asked: no RPC URL for it, or the node does not answer. */
export class ChainUnavailable extends Error {
  override readonly name = 'ChainUnavailable';
}

/** The simulator's own way to each chain, apart from that of whoever is tested against it. */
export class Chains {
  readonly #clients = new Map<number, PublicClient>();
  readonly #urls: Readonly<Record<number, string>>;

  constructor(rpcUrls: Readonly<Record<number, string>>) {
    this.#urls = rpcUrls;
    for (const [chainId, url] of Object.entries(rpcUrls)) {
      // Retries are made here, where they are part of the rules; a cached block or call would answer for the past.
      const transport = http(url, { retryCount: 0, timeout: 5_000 });
      this.#clients.set(Number(chainId), createPublicClient({ transport, cacheTime: 0, pollingInterval: 100 }));
    }
  }

  /** RPC client for a chain id. */
  client(chainId: number): PublicClient {
    const client = this.#clients.get(chainId);
    if (client === undefined) {
      throw new ChainUnavailable(`No RPC URL is configured for chain ${chainId}.`);
    }
    return client;
  }

  /** RPC URL for a chain id, shown as rpc_endpoint. */
  url(chainId: number): string | undefined {
    return this.#urls[chainId];
  }

  /** Runs a read; a node that does not answer becomes ChainUnavailable. */
  async read<Result>(chainId: number, read: (client: PublicClient) => Promise<Result>): Promise<Result> {
    const client = this.client(chainId);
    try {
      return await read(client);
    } catch (cause) {
      if (cause instanceof BaseError && cause.walk(isUnanswered) !== null) {
        throw new ChainUnavailable(`Chain ${chainId} does not answer.`, { cause });
      }
      throw cause;
    }
  }

  /** Looks for something that may not be visible yet: a few times, with short gaps. */
  async look<Result>(
    chainId: number,
    read: (client: PublicClient) => Promise<Result | undefined>,
  ): Promise<Result | undefined> {
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
      const found = await this.read(chainId, read);
      if (found !== undefined) {
        return found;
      }
      await pause(GAP_MILLISECONDS);
    }
    return this.read(chainId, read);
  }
}

function isUnanswered(error: unknown): boolean {
  return error instanceof HttpRequestError || error instanceof TimeoutError;
}
