import type { Hex } from 'viem';
import type { Configuration } from './cvm.js';
import type { Kms } from './kms.js';
import type { Node } from './nodes.js';
import { PREPARATION_LIFETIME } from './preparations.js';

/** A CVM that was provisioned and can be committed: what POST /cvms/provision leaves behind. */
export interface Provision {
  readonly name: string;
  readonly kms: Kms;
  /** Known at once with the provider's own KMS, or where the caller named it; else it comes with the commit. */
  readonly appId: Hex | undefined;
  readonly node: Node;
  readonly configuration: Configuration;
}

/**
 * What was provisioned, for 14 days each [OpenAPI handle_provision_cvm: "caches it for 14 days"], found by its compose hash
 * ("used to retrieve provision data" [SDK commitCvmProvision]).
 *
 * Chosen, as the facts are silent: a newer provision of the very same document takes the place of the older one, name and
 * node included; a commit uses nothing up; and what has expired is still known to have been there, because OpenAPI tells
 * "expired" (400) from "not found" (422).
 */
export class Provisions {
  readonly #byHash = new Map<Hex, { readonly provision: Provision; readonly expiresAt: Date }>();

  keep(provision: Provision, now: Date): void {
    const expiresAt = new Date(now.getTime() + PREPARATION_LIFETIME);
    this.#byHash.set(provision.configuration.composeHash, { provision, expiresAt });
  }

  find(composeHash: Hex, now: Date): Provision | 'expired' | undefined {
    const kept = this.#byHash.get(composeHash);
    return kept !== undefined && kept.expiresAt <= now ? 'expired' : kept?.provision;
  }
}
