import type { Sealed } from './commitToken.js';
import type { CvmId } from './cvmId.js';
import type { CvmUpdate } from './cvmUpdate.js';
import type { Address, ComposeHash, DeviceId, TransactionHash } from './hex.js';
import type { Phase } from './phases.js';
import type { Finality } from './policy.js';
import type { AppContract, Expectation, Proposal, Registration } from './registration.js';
import type { Registrar } from './updateRequest.js';

/** A place in the list of a CVM's operations: what is newer came after it. Null where there was none. */
export type OperationMark = { readonly correlationId: string; readonly startedAt: string } | null;

/** A CVM as the API describes it at one moment. */
export interface CvmDescription {
  readonly cvmId: CvmId;
  readonly name: string;
  readonly status: string;
  readonly appId: Address | null;
  readonly composeHash: ComposeHash | null;
  /** The contract that governs the app; null where its KMS is not on chain. */
  readonly contract: AppContract | null;
  /** X25519 key that environment variables are encrypted to: 64 hex digits. */
  readonly envEncryptionKey: string | null;
  readonly newestOperation: OperationMark;
  /** Whether this deployment sends notifications. Read here once, so that a replay sees the same. */
  readonly notifies: boolean;
}

/** How the recomputed compose hash compares with the API's. */
export type HashCheck = 'matched' | 'mismatched' | 'notCheckable';

/** The API's answer to an update. */
export type UpdateAnswer =
  /** It is being applied. The correlation id is null where only the CVM itself showed that it was accepted. */
  | { readonly outcome: 'accepted'; readonly correlationId: string | null }
  | { readonly outcome: 'noChange' }
  | ({ readonly outcome: 'prepared' } & Preparation);

/** What has to be registered, and what commits it. */
export interface Preparation {
  readonly contract: AppContract;
  readonly composeHash: ComposeHash;
  readonly deviceId: DeviceId;
  /** What the API itself read from the chain; null where it did not say. */
  readonly deviceAllowed: boolean | null;
  /** Null where the API gave none: then the commit goes by headers. */
  readonly commitToken: Sealed | null;
  readonly hashCheck: HashCheck;
  readonly recomputedHash: ComposeHash | null;
}

/** The activities that call the Phala Cloud API. Each is safe to repeat. */
export interface PhalaActivities {
  /**
   * Reads a CVM, the contract that governs it and its newest operation.
   * Fails with CvmNotFound, or for an operator.
   */
  describeCvm(input: { readonly cvm: string }): Promise<CvmDescription>;

  /**
   * Asks for an update: prepares it where the app is governed on chain, else applies it. A repetition first looks for
   * what an earlier attempt may have started.
   */
  requestUpdate(input: {
    readonly cvmId: CvmId;
    readonly update: CvmUpdate;
    /** Never true for a CVM without on-chain KMS: there the API would apply the update (phala-cloud-api.md §2a). */
    readonly prepareOnly: boolean;
    /** The contract that governs the app, as it was described; null where none does. */
    readonly contract: AppContract | null;
    readonly since: OperationMark;
  }): Promise<UpdateAnswer>;

  /**
   * Commits a preparation whose registration was verified. Looks at the CVM and its operations before it sends
   * anything that an earlier attempt may have sent.
   * Fails with PreparationExpired, RegistrationRequired, ComposeHashNotAllowed or BaseChanged where that is the state.
   */
  commitUpdate(input: {
    readonly cvmId: CvmId;
    readonly composeHash: ComposeHash;
    readonly commitToken: Sealed | null;
    readonly transactionHash: TransactionHash | null;
    readonly base: ComposeHash | null;
    readonly onBaseChanged: 'hold' | 'proceed';
    readonly since: OperationMark;
    /** Whether an earlier activity may have sent this commit. */
    readonly mayHaveBeenSent: boolean;
  }): Promise<{ readonly correlationId: string | null }>;

  /** Waits until the operation has completed and the CVM runs the compose hash. */
  followOperation(input: {
    readonly cvmId: CvmId;
    readonly correlationId: string | null;
    readonly composeHash: ComposeHash | null;
    readonly since: OperationMark;
  }): Promise<{ readonly correlationId: string | null; readonly composeHash: ComposeHash | null }>;
}

/** A transaction signed with the owner key, ready to be sent any number of times. */
export interface SignedRegistration {
  readonly method: 'addComposeHash' | 'addDevice';
  /** The raw transaction. */
  readonly transaction: Sealed;
  readonly transactionHash: TransactionHash;
  readonly from: Address;
  readonly nonce: number;
}

/** The activities that talk to the chain. Each is safe to repeat. */
export interface ChainActivities {
  /** Reads who owns the contract and what is missing on its allow-lists, and makes what the owner needs to sign. */
  openRegistration(input: {
    readonly expectation: Expectation;
    readonly registrar: Registrar | 'auto';
    /** What the Safe app shows with the batch. */
    readonly title: string;
    readonly description: string;
  }): Promise<Proposal>;

  /** Waits until the allow-lists show what is expected. The fallback where nobody delivers a transaction hash. */
  findRegistration(input: {
    readonly expectation: Expectation;
    readonly fromBlock: number;
    readonly finality: Finality;
  }): Promise<Registration>;

  /**
   * Checks the registration once, with the transaction that somebody delivered or without one.
   * Fails with the name of what is wrong where it is not one (class `refused`).
   */
  checkRegistration(input: {
    readonly expectation: Expectation;
    readonly fromBlock: number;
    readonly finality: Finality;
    readonly transactionHash: TransactionHash | null;
  }): Promise<Registration>;

  /** Waits until a registration that was seen stands at its finality. Fails with RegistrationGone where it vanished. */
  confirmRegistration(input: {
    readonly expectation: Expectation;
    readonly registration: Registration;
  }): Promise<Registration>;

  /** Signs the next missing call with the owner key. Sends nothing. Null where nothing is missing any more. */
  signRegistration(input: { readonly expectation: Expectation }): Promise<SignedRegistration | null>;

  /**
   * Sends a signed transaction until it is mined. `nonceTaken` where another transaction took its nonce: it can never
   * be mined, and a new one may be signed.
   */
  sendRegistration(input: {
    readonly contract: AppContract;
    readonly signed: SignedRegistration;
  }): Promise<'mined' | 'nonceTaken'>;
}

/** What a notification tells. */
export interface Notification {
  /** The same for every attempt to deliver it: workflow id, run id and number of the event. */
  readonly deliveryId: string;
  readonly change: string;
  readonly runId: string;
  readonly phase: Phase;
  readonly cvmId: CvmId;
  readonly cvmName: string | null;
  readonly composeHash: ComposeHash | null;
  readonly awaiting: string | null;
  readonly requestedBy: string;
  readonly deadline: string;
}

/** The activities that tell the world. They never hold a change up. */
export interface NotificationActivities {
  notify(notification: Notification): Promise<void>;
}
