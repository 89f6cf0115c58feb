import type { Hex } from 'viem';
import type { Cvm } from './cvm.js';

/** What happens to a CVM as such [DOC-webhooks "Supported Events"]. There is none for an update that failed. */
const LIFECYCLE_EVENTS = [
  'cvm.created',
  'cvm.started',
  'cvm.create_failed',
  'cvm.restarted',
  'cvm.updated',
  'cvm.stopped',
  'cvm.deleted',
] as const;

/** A change waits for its registration on chain [DOC-webhooks; the second: DOC-changelog, April 13-19 2026]. */
const APPROVAL_EVENTS = ['cvm.update.pending_approval', 'cvm.replica.pending_approval'] as const;

/** Every event that a webhook can subscribe to. */
export const EVENT_NAMES = [...LIFECYCLE_EVENTS, ...APPROVAL_EVENTS] as const;

/** Something that happened to a CVM. */
export interface LifecycleEvent {
  readonly name: (typeof LIFECYCLE_EVENTS)[number];
  readonly cvm: Cvm;
  readonly at: Date;
  /** Why it failed, for an event that tells of a failure. */
  readonly error?: string;
}

/** Something was prepared and now waits. Holds the live commit token, where there is one. */
export interface ApprovalEvent {
  readonly name: (typeof APPROVAL_EVENTS)[number];
  /** The CVM to be updated, or the source of the replica. */
  readonly cvm: Cvm;
  readonly at: Date;
  readonly composeHash: Hex;
  /** Of the node that the result will run on. */
  readonly deviceId: Hex;
  readonly expiresAt: Date;
  /** undefined where the server issued no token. */
  readonly commit: { readonly token: string; readonly url: string; readonly apiUrl: string } | undefined;
}

export type CloudEvent = LifecycleEvent | ApprovalEvent;

/** Tells whoever listens what happens in the cloud, at once and in order. Listeners do not throw. */
export class CloudEvents {
  readonly #listeners: ((event: CloudEvent) => void)[] = [];

  emit(event: CloudEvent): void {
    for (const listener of this.#listeners) {
      listener(event);
    }
  }

  listen(listener: (event: CloudEvent) => void): void {
    this.#listeners.push(listener);
  }
}
