import type { Hex } from 'viem';
import { sha256Hex } from '../rules/composeHash.js';
import { prefixed } from '../rules/hex.js';
import { KmsKeys } from '../rules/kmsKeys.js';

/** Values of OpenAPI's KmsType that the simulator uses. */
type KmsType = 'phala' | 'ethereum' | 'base';

/** One KMS instance; on chain it is known by its DstackKms contract. */
export interface Kms {
  /** "kms_…", OpenAPI KMSInfo.id. */
  readonly id: string;
  readonly slug: string;
  readonly type: KmsType;
  readonly url: string;
  readonly version: string;
  readonly onChain: OnChainKms | undefined;
  /** App id of the gateway that belongs to it, 20 bytes. */
  readonly gatewayAppId: Hex;
  readonly keys: KmsKeys;
}

/** Where a KMS lives on chain. */
export interface OnChainKms {
  readonly chainId: number;
  /** The DstackKms contract. */
  readonly contract: Hex;
  /** Nobody named the contract: the address is made up, and there is nothing to ask. */
  readonly madeUp: boolean;
}

/** All KMS instances of the simulated cloud: the provider's own, and one for each DstackKms contract in use. */
export class KmsInstances {
  readonly #instances: Kms[] = [createKms('phala-prod1', 'phala', undefined)];

  /** @param contracts DstackKms contracts by chain id, known from the start. */
  constructor(contracts: Readonly<Record<number, Hex>> = {}) {
    for (const [chainId, contract] of Object.entries(contracts)) {
      this.onChain(Number(chainId), contract);
    }
  }

  all(): readonly Kms[] {
    return this.#instances;
  }

  /** By hashed id or slug, as GET /kms/{id|slug} takes them [OpenAPI get_kms]. */
  find(idOrSlug: string): Kms | undefined {
    return this.#instances.find((kms) => kms.id === idOrSlug || kms.slug === idOrSlug);
  }

  /** The provider's own KMS, without a chain. */
  phala(): Kms {
    const kms = this.#instances.find(({ type }) => type === 'phala');
    if (kms === undefined) {
      throw new Error('The simulated cloud has no KMS of its own.');
    }
    return kms;
  }

  /** Those on one chain, the first one known first. */
  ofChain(chainId: number): readonly Kms[] {
    return this.#instances.filter(({ onChain }) => onChain?.chainId === chainId);
  }

  /** The KMS behind a DstackKms contract. Without an address: the first one known on that chain, else a made-up one. */
  onChain(chainId: number, contract?: Hex): Kms {
    const ofChain = this.ofChain(chainId);
    const address = contract === undefined ? undefined : prefixed(contract);
    const known = address === undefined ? ofChain[0] : ofChain.find(({ onChain }) => onChain?.contract === address);
    if (known !== undefined) {
      return known;
    }
    const onChain = address ?? prefixed(sha256Hex(`DstackKms on ${chainId}`).slice(-40));
    const slug = `kms-${chainId}-${onChain.slice(2, 8)}`;
    const kms = createKms(slug, onChainType(chainId), { chainId, contract: onChain, madeUp: address === undefined });
    this.#instances.push(kms);
    return kms;
  }
}

/** Chosen: KmsType knows two chains only; whatever is not Base (8453, Sepolia 84532) counts as Ethereum. */
function onChainType(chainId: number): KmsType {
  return chainId === 8453 || chainId === 84532 ? 'base' : 'ethereum';
}

function createKms(slug: string, type: KmsType, onChain: Kms['onChain']): Kms {
  return {
    id: `kms_${sha256Hex(slug).slice(0, 8)}`,
    slug,
    type,
    url: `https://${slug}.kms.invalid`,
    version: 'v0.5.5',
    onChain,
    gatewayAppId: prefixed(sha256Hex(`gateway of ${slug}`).slice(0, 40)),
    keys: new KmsKeys(slug),
  };
}
