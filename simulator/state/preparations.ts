import { randomUUID } from 'node:crypto';
import type { Hex } from 'viem';
import type { JsonObject } from '../rules/json.js';
import type { UpdateCvmRequest } from '../rules/updateCvmRequest.js';
import type { Ledger, LedgerPreparation } from './ledger.js';

/** Tokens and kept requests live for 14 days [DOC-multisig, DOC-errors ERR-01-006, DOC-update]. */
export const PREPARATION_LIFETIME = 14 * 24 * 60 * 60 * 1000;

/** One planned update: the request as it came in phase 1, kept until it is committed or expires. */
export interface Preparation {
  readonly vmUuid: string;
  readonly composeHash: Hex;
  readonly update: UpdateCvmRequest;
  readonly serverAdded: JsonObject;
  /** Opaque; undefined where the server issued none. */
  readonly token: string | undefined;
  readonly preparedAt: Date;
  readonly expiresAt: Date;
}

export interface NewPreparation {
  readonly vmUuid: string;
  readonly composeHash: Hex;
  readonly update: UpdateCvmRequest;
  readonly serverAdded: JsonObject;
  readonly prepareOnly: boolean;
  readonly withToken: boolean;
}

/**
 * What phase 1 leaves behind, under two keys: the token (commit-update) and CVM + compose hash (header route; "backend
 * stores the full body" [facts §2(c)]).
 *
 * A newer preparation of the same CVM supersedes its token [DOC-multisig]. Chosen, as the facts speak of tokens only: the
 * kept request of the header route is replaced by a newer one for the SAME hash and otherwise stays until it expires; and
 * a commit by either route uses up both, so that one preparation is never committed twice.
 */
export class Preparations {
  readonly #ledger: Ledger;
  readonly #currentByCvm = new Map<string, Preparation>();
  readonly #byHash = new Map<string, Preparation>();
  readonly #records = new Map<Preparation, LedgerPreparation>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  add(planned: NewPreparation, now: Date): Preparation {
    const preparation: Preparation = {
      vmUuid: planned.vmUuid,
      composeHash: planned.composeHash,
      update: planned.update,
      serverAdded: planned.serverAdded,
      token: planned.withToken ? randomUUID() : undefined,
      preparedAt: now,
      expiresAt: new Date(now.getTime() + PREPARATION_LIFETIME),
    };
    const superseded = this.#currentByCvm.get(planned.vmUuid);
    if (superseded !== undefined) {
      this.#note(superseded, { supersededAt: now });
    }
    this.#currentByCvm.set(planned.vmUuid, preparation);
    this.#byHash.set(hashKey(preparation), preparation);
    this.#records.set(
      preparation,
      this.#ledger.recordPreparation(preparation, { kind: 'update', prepareOnly: planned.prepareOnly }),
    );
    return preparation;
  }

  /** The preparation that a token still opens: issued for this CVM, the newest, unused, not expired. */
  byToken(vmUuid: string, token: string, now: Date): Preparation | undefined {
    const current = this.#currentByCvm.get(vmUuid);
    return current?.token === token && token !== '' && current.expiresAt > now ? current : undefined;
  }

  /** The kept request of the header route, if there is one that is unused and not expired. */
  byComposeHash(vmUuid: string, composeHash: Hex, now: Date): Preparation | undefined {
    const kept = this.#byHash.get(hashKey({ vmUuid, composeHash }));
    return kept !== undefined && kept.expiresAt > now ? kept : undefined;
  }

  /** What can still be committed to a CVM, by one route or the other, oldest first. */
  open(vmUuid: string, now: Date): readonly Preparation[] {
    return [...this.#byHash.values()]
      .filter((kept) => kept.vmUuid === vmUuid && kept.expiresAt > now)
      .sort((one, other) => one.preparedAt.getTime() - other.preparedAt.getTime());
  }

  /** Whether a preparation has neither been used nor replaced since it was looked up under that key. */
  isOpen(preparation: Preparation, via: 'token' | 'headers'): boolean {
    return via === 'token'
      ? this.#currentByCvm.get(preparation.vmUuid) === preparation
      : this.#byHash.get(hashKey(preparation)) === preparation;
  }

  /** Uses it up, for both routes. */
  use(preparation: Preparation, now: Date): void {
    if (this.#currentByCvm.get(preparation.vmUuid) === preparation) {
      this.#currentByCvm.delete(preparation.vmUuid);
    }
    if (this.#byHash.get(hashKey(preparation)) === preparation) {
      this.#byHash.delete(hashKey(preparation));
    }
    this.#note(preparation, { usedAt: now });
  }

  #note(preparation: Preparation, change: Partial<Pick<LedgerPreparation, 'usedAt' | 'supersededAt'>>): void {
    const record = this.#records.get(preparation);
    if (record !== undefined) {
      Object.assign(record, change);
    }
  }
}

function hashKey({ vmUuid, composeHash }: Pick<Preparation, 'vmUuid' | 'composeHash'>): string {
  return `${vmUuid} ${composeHash}`;
}
