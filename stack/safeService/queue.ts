import type { Address, Hex } from 'viem';
import type { SafeTx } from './safeTxHash.js';
import type { ParsedSignature, SignatureType } from './signatures.js';

/** The word of one owner, as the service keeps it (models.py, MultisigConfirmation). */
export interface Confirmation {
  readonly owner: Address;
  readonly signature: Hex;
  readonly signatureType: SignatureType;
  readonly submissionDate: string;
}

/** A transaction of a Safe, as the service keeps it (models.py, MultisigTransaction). */
export interface Entry {
  readonly safe: Address;
  readonly safeTxHash: Hex;
  readonly transaction: SafeTx;
  readonly proposer: Address;
  /** Null where an owner has proposed it. */
  readonly proposedByDelegate: Address | null;
  readonly submissionDate: string;
  /** Only what somebody has signed is shown unasked. */
  trusted: boolean;
  origin: string;
  readonly confirmations: Confirmation[];
  /** What the service says of its execution, where that is not what the chain says. */
  claimed: Hex | null;
}

/** Somebody who may propose for an owner. Of one Safe, or of whatever Safe the owner is one of. */
export interface Delegate {
  readonly safe: Address | null;
  readonly delegate: Address;
  readonly delegator: Address;
}

/** What the service keeps. */
export class Queue {
  readonly entries = new Map<Hex, Entry>();
  readonly delegates: Delegate[] = [];

  ofSafe(safe: Address): readonly Entry[] {
    return [...this.entries.values()].filter((entry) => entry.safe === safe);
  }

  /** models.py, get_delegates_for_safe_and_owners: only of those who are owners now. */
  delegatesOf(safe: Address, owners: readonly Address[]): readonly Delegate[] {
    return this.delegates.filter(
      (one) =>
        (one.safe === null || one.safe === safe) && owners.includes(one.delegator) && one.delegate !== one.delegator,
    );
  }

  /** One of each owner: a second one changes nothing (get_or_create in both serializers). */
  confirm(entry: Entry, { owner, signature, type }: ParsedSignature): void {
    if (entry.confirmations.some((one) => one.owner === owner)) return;
    entry.confirmations.push({ owner, signature, signatureType: type, submissionDate: new Date().toISOString() });
  }
}
