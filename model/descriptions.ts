import type { ComposeDocument } from './composeDocument.js';
import type { CvmId } from './cvmId.js';
import type { Address, ComposeHash, DeviceId } from './hex.js';
import type { Announceable } from './notification.js';
import type { AppContract } from './registration.js';

/** A place in the list of a CVM's operations: what is newer came after it. Null where there was none. */
export type OperationMark = { readonly correlationId: string; readonly startedAt: string } | null;

/** What a change is about, as the API described it at one moment. What each kind of change adds is its own. */
export interface Target {
  /** Of the CVM or the app, for people. */
  readonly name: string | null;
  readonly appId: Address | null;
  /** What runs now, where something does: the base that the change is planned on. */
  readonly composeHash: ComposeHash | null;
  /** The contract that governs the app; null where its KMS is not on chain, or there is no app yet. */
  readonly contract: AppContract | null;
  /**
   * What this deployment tells of a change beside its end; null where it sends no notifications. Read here once, so that
   * a replay sees the same.
   */
  readonly notifies: readonly Announceable[] | null;
}

/** What a CVM has of its node, and what boots it. Null where the API does not say. */
export interface Machine {
  readonly vcpu: number | null;
  readonly memoryMb: number | null;
  readonly diskGb: number | null;
  /** Name of the OS image. */
  readonly image: string | null;
}

/** A CVM as the API describes it. */
export interface CvmDescription extends Target {
  readonly cvmId: CvmId;
  readonly name: string;
  readonly status: string;
  /** X25519 key that environment variables are encrypted to: 64 hex digits. */
  readonly envEncryptionKey: string | null;
  readonly newestOperation: OperationMark;
  readonly machine: Machine;
}

/** What a CVM is made of: its app-compose document, and what it has of its node. */
export interface CvmConfiguration {
  readonly cvmId: CvmId;
  /** What the API says that it runs. */
  readonly composeHash: ComposeHash | null;
  /** Of the compose hash that was asked for; null where the API shows none. */
  readonly document: ComposeDocument | null;
  readonly machine: Machine;
}

/** A machine that CVMs run on. */
export interface Node {
  readonly nodeId: number;
  readonly name: string;
  readonly deviceId: DeviceId | null;
}

/** The source of a replica, and where it is to run. */
export interface ReplicationTarget extends Target {
  readonly cvmId: CvmId;
  readonly name: string;
  /** Null where the API was not asked for one by name: then it is the source's. */
  readonly node: Node | null;
  /** Which configuration the API has to be told; null where the app has one live CVM, which leaves no choice. */
  readonly toReplicate: ComposeHash | null;
  /** The app's CVMs that are not stopped. */
  readonly liveInstances: number;
  /** The app's CVMs before the change touched anything: a replica is none of these. */
  readonly siblings: readonly CvmId[];
}

/** The place that a new CVM gets: its KMS and its node. */
export interface ProvisionTarget extends Target {
  readonly name: string;
  readonly kms: KmsDescription;
  /** Null where the API is to choose. */
  readonly node: Node | null;
}

export interface KmsDescription {
  /** "kms_…" */
  readonly id: string;
  readonly slug: string | null;
  /** The DstackKms contract; null for a KMS that is not on chain. */
  readonly contract: AppContract | null;
}

/** An app. */
export interface AppTarget extends Target {
  readonly contract: AppContract;
  readonly appId: Address;
}

/** A CVM that a change has made. */
export interface CreatedCvm {
  readonly cvmId: CvmId;
  readonly name: string;
  readonly appId: Address | null;
  /** Public address of the app; null where the API gave none. */
  readonly appUrl: string | null;
  readonly nodeName: string | null;
}
