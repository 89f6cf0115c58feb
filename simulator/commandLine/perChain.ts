import { InvalidArgumentError } from 'commander';
import { createPublicClient, type Hex, http } from 'viem';
import { isHexOf, prefixed } from '../rules/hex.js';

/** One --rpc-url. */
export interface RpcUrl {
  /** undefined: the chain itself is to be asked. */
  readonly chainId: number | undefined;
  readonly url: string;
}

/** One --kms-contract. */
export interface KmsContract {
  readonly chainId: number;
  readonly contract: Hex;
}

/** A chain did not tell its id. */
export class ChainUnreachable extends Error {
  override readonly name = 'ChainUnreachable';
}

/** "<chainId>=<url>", or a URL alone. Collects, because the option can be given several times. */
export function rpcUrl(text: string, before: readonly RpcUrl[]): RpcUrl[] {
  const [, chainId, url = text] = /^(\d+)=(.*)$/.exec(text) ?? [];
  if (!/^https?:/.test(url) || !URL.canParse(url)) {
    throw new InvalidArgumentError('Expected <url> or <chainId>=<url>, with http or https.');
  }
  return [...before, { chainId: chainId === undefined ? undefined : Number(chainId), url }];
}

/** "<chainId>=<address>". Collects, too. */
export function kmsContract(text: string, before: readonly KmsContract[]): KmsContract[] {
  const [, chainId = '', contract = ''] = /^(\d+)=(.*)$/.exec(text) ?? [];
  if (!isHexOf(20, contract)) {
    throw new InvalidArgumentError('Expected <chainId>=<address>.');
  }
  return [...before, { chainId: Number(chainId), contract: prefixed(contract) }];
}

/** RPC URL by chain id; asks every chain whose id was not given. */
export async function byChainId(urls: readonly RpcUrl[]): Promise<Record<number, string>> {
  const entries = urls.map(async ({ chainId, url }) => [chainId ?? (await askChainId(url)), url] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function askChainId(url: string): Promise<number> {
  try {
    return await createPublicClient({ transport: http(url, { timeout: 5_000 }) }).getChainId();
  } catch (cause) {
    // Not the whole URL: that of a provider holds a key.
    throw new ChainUnreachable(`${new URL(url).origin} does not tell its chain id.`, { cause });
  }
}
