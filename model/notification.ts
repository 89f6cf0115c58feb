import type { CvmId } from './cvmId.js';
import type { Address, ComposeHash, SafeTransactionHash } from './hex.js';
import type { HashCheck } from './hashCheck.js';
import type { ChangeKind } from './kinds.js';
import type { Phase } from './phases.js';
import type { Blockage } from './status.js';

/** What is told where the deployment chooses it, beside the ends, which are always told. */
export const announceable = [
  'preparing',
  'awaitingRegistration',
  'verifying',
  'committing',
  'applying',
  'blocked',
  'paused',
] as const satisfies readonly (Phase | 'paused')[];
export type Announceable = (typeof announceable)[number];

/** Where nothing is chosen: when somebody outside has to act. */
export const announcedByDefault: readonly Announceable[] = ['awaitingRegistration', 'blocked', 'paused'];

/**
 * What is told, on the wire with `change.` before it:
 * - a phase: the change has entered it
 * - `paused`: it stands before its commit, and waits for a `resume`
 * - `operationMoved`: the timelock's operation is at its next step
 * - `reminder`: it still waits
 * - `deadlineNear`, `tokenExpiring`: what happens soon if nobody acts
 */
export type NotificationEvent = Phase | 'paused' | 'operationMoved' | 'reminder' | 'deadlineNear' | 'tokenExpiring';

/** What a notification tells. Times are ISO 8601 in UTC. */
export interface Notification {
  /** The same for every attempt to deliver it: run id and number of the event, and what is due where it is a reminder. */
  readonly deliveryId: string;
  readonly event: NotificationEvent;
  readonly occurredAt: string;
  /** The workflow id. */
  readonly change: string;
  readonly runId: string;
  readonly kind: ChangeKind;
  readonly phase: Phase;
  /** Somebody has paused it before its commit. While people sign, that holds nothing up. */
  readonly paused: boolean;
  /** It is that pause, and nothing else, that it waits in. */
  readonly held: boolean;
  /** Null where the CVM does not exist yet, or the change is of an app. */
  readonly cvmId: CvmId | null;
  readonly cvmName: string | null;
  readonly appId: Address | null;
  readonly composeHash: ComposeHash | null;
  /** What people were asked to register before, where that was another hash. */
  readonly previousComposeHash: ComposeHash | null;
  readonly baseComposeHash: ComposeHash | null;
  readonly hashCheck: HashCheck | null;
  readonly awaiting: string | null;
  readonly registration: RegistrationWanted | null;
  readonly blocked: Blockage | null;
  /** How it ended, in one sentence; null before. */
  readonly outcome: string | null;
  readonly transactionHash: string | null;
  readonly requestedBy: string;
  readonly reason: string | null;
  readonly deadline: string;
  /** About when the commit token expires. */
  readonly tokenExpiresAt: string | null;
}

/** Who is to register what, in short: the proposal itself has it all. */
export interface RegistrationWanted {
  readonly registrar: string;
  readonly owner: Address;
  readonly chainId: number;
  readonly contract: Address;
  /** "addComposeHash(0x…)" */
  readonly calls: readonly string[];
  readonly safe: {
    readonly address: Address;
    readonly threshold: number;
    readonly owners: number;
    readonly transactionHash: SafeTransactionHash | null;
    readonly queueUrl: string | null;
  } | null;
}

/** A wait that people are told of, and reminded of while it lasts. */
export interface Wait {
  /** What is told at once. */
  readonly notification: Notification;
  /** Since when it lasts: reminders count from here. */
  readonly since: string;
  /** When the change ends if nobody acts; null where it does not. */
  readonly deadline: string | null;
  readonly tokenExpiresAt: string | null;
}

/** The activities that tell the world. They never hold a change up. */
export interface NotificationActivities {
  /** Delivers a notification. */
  notify(notification: Notification): Promise<void>;
  /** Tells of a wait, and reminds of it: each attempt delivers what is due. Ends by itself when the wait is over. */
  remind(wait: Wait): Promise<void>;
}

/** Activities that run inside of a workflow task. */
export interface LocalActivities {
  /** Has notifications delivered by a workflow of its own, once, however often it is asked. */
  handOver(input: HandOver): Promise<void>;
}

export interface HandOver {
  /** The workflow id and the run id of the change that has ended. */
  readonly change: string;
  readonly runId: string;
  readonly notifications: readonly Notification[];
}
