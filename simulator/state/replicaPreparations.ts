import { randomUUID } from 'node:crypto';
import type { Hex } from 'viem';
import type { UpdateCvmRequest } from '../rules/updateCvmRequest.js';
import type { Ledger, LedgerPreparation } from './ledger.js';
import { PREPARATION_LIFETIME } from './preparations.js';

/** One planned replica: what was asked for, kept until it is committed or expires. */
export interface ReplicaPreparation {
  readonly sourceVmUuid: string;
  /** Of the new CVM's document: that of the source as it was. */
  readonly composeHash: Hex;
  readonly nodeId: number;
  readonly deviceId: Hex;
  /** How the replica's configuration differs from the source's; for a plain replica only by its encrypted_env. */
  readonly difference: Partial<UpdateCvmRequest>;
  /** Opaque; undefined where the server issued none, which leaves no way to commit it. */
  readonly token: string | undefined;
  readonly preparedAt: Date;
  readonly expiresAt: Date;
}

export interface NewReplicaPreparation
  extends Pick<ReplicaPreparation, 'sourceVmUuid' | 'composeHash' | 'nodeId' | 'deviceId' | 'difference'> {
  readonly prepareOnly: boolean;
  readonly withToken: boolean;
  /** Whether it ends the older ones of the same source (a quirk). */
  readonly supersedes: boolean;
}

/**
 * Replicas that wait for their commit, by token; tokens live for 14 days and are good for one commit [DOC-replicas,
 * seed 000].
 *
 * Chosen, as the facts speak of updates only [facts §6, §11]: update tokens and replica tokens do not touch each other, and
 * a newer prepare leaves the older tokens of its source alone. Several replicas of one CVM are the normal case, and for a
 * client that prepares again after a lost reply this is the dangerous answer: both tokens then make a CVM.
 */
export class ReplicaPreparations {
  readonly #ledger: Ledger;
  readonly #open = new Map<ReplicaPreparation, LedgerPreparation>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  add(planned: NewReplicaPreparation, now: Date): ReplicaPreparation {
    const { prepareOnly, withToken, supersedes, ...kept } = planned;
    const preparation: ReplicaPreparation = {
      ...kept,
      token: withToken ? randomUUID() : undefined,
      preparedAt: now,
      expiresAt: new Date(now.getTime() + PREPARATION_LIFETIME),
    };
    for (const [older, record] of supersedes ? [...this.#open] : []) {
      if (older.sourceVmUuid === preparation.sourceVmUuid) {
        record.supersededAt = now;
        this.#open.delete(older);
      }
    }
    const record = this.#ledger.recordPreparation(
      { ...preparation, vmUuid: preparation.sourceVmUuid },
      { kind: 'replica', prepareOnly },
    );
    this.#open.set(preparation, record);
    return preparation;
  }

  /** The preparation that a token still opens: issued for this source, unused, not superseded, not expired. */
  byToken(sourceVmUuid: string, token: string, now: Date): ReplicaPreparation | undefined {
    return [...this.#open.keys()].find(
      (each) =>
        each.token !== undefined && each.token === token && each.sourceVmUuid === sourceVmUuid && each.expiresAt > now,
    );
  }

  /** Whether it has neither been used nor superseded. */
  isOpen(preparation: ReplicaPreparation): boolean {
    return this.#open.has(preparation);
  }

  use(preparation: ReplicaPreparation, now: Date): void {
    const record = this.#open.get(preparation);
    if (record !== undefined) {
      record.usedAt = now;
      this.#open.delete(preparation);
    }
  }
}
