import type { AllowListStep } from './allowListRequest.js';
import type { NodeName } from './changeRequest.js';
import type { Sealed } from './commitToken.js';
import type { CvmId } from './cvmId.js';
import type { CvmUpdate } from './cvmUpdate.js';
import type {
  AppTarget,
  CreatedCvm,
  CvmConfiguration,
  CvmDescription,
  KmsDescription,
  Machine,
  Node,
  OperationMark,
  ProvisionTarget,
  ReplicationTarget,
} from './descriptions.js';
import type { HashCheck } from './hashCheck.js';
import type { Address, ComposeHash, DeviceId, TransactionHash } from './hex.js';
import type { PlannedCvm } from './provisionRequest.js';
import type { AllowListEntry, AppContract, Expectation } from './registration.js';
import type { SealedForWorkers, SealingKey } from './sealedEnv.js';
import type { SealedToken } from './sealedToken.js';

/** What was set going: an operation on a CVM, or a CVM that did not exist before. */
export interface Applied {
  /** Null where only the CVM itself shows it. */
  readonly correlationId: string | null;
  readonly created: CreatedCvm | null;
}

/** The API's answer to a request for a change. */
export type RequestAnswer =
  | ({ readonly outcome: 'accepted' } & Applied)
  | { readonly outcome: 'noChange' }
  | ({ readonly outcome: 'prepared' } & Preparation);

/** What has to be registered, and what commits it. */
export interface Preparation {
  readonly composeHash: ComposeHash;
  /** What has to stand on chain first; null where no chain governs the app. */
  readonly expectation: Expectation | null;
  /** Null where the API gave none: then the commit needs none, or goes by headers. */
  readonly commitToken: Sealed | null;
  readonly hashCheck: HashCheck;
  readonly recomputedHash: ComposeHash | null;
  /** What is changed, in a few lines for those who sign; empty where it cannot be told. */
  readonly changes: readonly string[];
  /** A new CVM's app, where the API itself gives it its id. */
  readonly appId: Address | null;
  /** The key for environment variables, where the answer gave it: 64 hex digits. */
  readonly envEncryptionKey: string | null;
}

/** What a commit is made of, whatever it commits. */
export interface CommitInput {
  readonly composeHash: ComposeHash;
  readonly commitToken: Sealed | null;
  /** A transaction that shows the compose hash being added; null where there is none to show. */
  readonly transactionHash: TransactionHash | null;
  /** Whether an earlier activity may have sent this commit. */
  readonly mayHaveBeenSent: boolean;
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
    /** As it was described: what the update is compared with. */
    readonly machine: Machine;
    /** Whether an earlier activity may have sent this request. */
    readonly mayHaveBeenSent: boolean;
  }): Promise<RequestAnswer>;

  /**
   * Takes up an update that somebody else has prepared: what has to stand on chain for it, and its token, sealed for
   * this change. `noChange` or `accepted` where the CVM has that configuration already.
   * Fails with CommitTokenVoid where there is no token that commits it; AppContractUnknown, RequestRefused.
   */
  takePreparation(input: {
    readonly cvmId: CvmId;
    readonly composeHash: ComposeHash;
    /** Null where the one that was given is known to be void. */
    readonly token: SealedToken | null;
    /** As they were given with it. */
    readonly appId: Address | null;
    readonly deviceId: DeviceId | null;
    /** The contract that governs the app, as it was described; null where none does. */
    readonly contract: AppContract | null;
    /** What the CVM ran when the change began. */
    readonly base: ComposeHash | null;
  }): Promise<RequestAnswer>;

  /**
   * Commits a preparation whose registration was verified. Looks at the CVM and its operations before it sends
   * anything that an earlier attempt may have sent.
   * Fails with PreparationExpired, RegistrationRequired, ComposeHashNotAllowed or BaseChanged where that is the state.
   */
  commitUpdate(
    input: CommitInput & {
      readonly cvmId: CvmId;
      readonly base: ComposeHash | null;
      readonly onBaseChanged: 'hold' | 'proceed';
      readonly since: OperationMark;
    },
  ): Promise<Applied>;

  /** Looks for what an update that may have been sent has set going. Null: nothing. */
  lookForUpdate(input: {
    readonly cvmId: CvmId;
    /** Null where somebody else prepared it: then its hash is known. */
    readonly update: CvmUpdate | null;
    /** What was to be committed; null where the update was to be applied at once. */
    readonly composeHash: ComposeHash | null;
    readonly base: ComposeHash | null;
    readonly since: OperationMark;
  }): Promise<Applied | null>;

  /** Waits until the operation has completed and the CVM runs the compose hash. */
  followOperation(input: {
    readonly cvmId: CvmId;
    readonly correlationId: string | null;
    readonly composeHash: ComposeHash | null;
    readonly since: OperationMark;
  }): Promise<{ readonly correlationId: string | null; readonly composeHash: ComposeHash | null }>;

  /**
   * Reads the source of a replica, the app's other CVMs, and the node that is asked for.
   * Fails with CvmNotFound, NodeNotFound, or ComposeHashAmbiguous where the app's CVMs run different configurations
   * and none was asked for.
   */
  describeReplication(input: {
    readonly cvmId: CvmId;
    readonly appId: Address | null;
    readonly node: NodeName | null;
    readonly composeHash: ComposeHash | null;
  }): Promise<ReplicationTarget>;

  /**
   * Asks for a replica: prepares it where the app is governed on chain, else has it made. A repetition first looks for
   * the replica that an earlier attempt may have made.
   */
  requestReplica(input: {
    readonly cvmId: CvmId;
    readonly appId: Address | null;
    readonly node: Node | null;
    readonly encryptedEnv: string | null;
    readonly composeHash: ComposeHash | null;
    readonly prepareOnly: boolean;
    readonly contract: AppContract | null;
    readonly before: ReplicaMark;
    /** Whether an earlier activity may have sent this request. */
    readonly mayHaveBeenSent: boolean;
  }): Promise<RequestAnswer>;

  /**
   * Commits a replica. Looks among the app's CVMs before it sends anything that an earlier attempt may have sent.
   * Fails as commitUpdate does.
   */
  commitReplica(input: CommitInput & { readonly cvmId: CvmId; readonly before: ReplicaMark }): Promise<Applied>;

  /** Looks for the replica that a request or a commit which may have been sent has made. Null: none. */
  lookForReplica(input: {
    readonly before: ReplicaMark;
    readonly composeHash: ComposeHash | null;
  }): Promise<Applied | null>;

  /**
   * Reads the KMS and the node that a new CVM is to have, and whether its name is free.
   * Fails with KmsNotFound, NodeNotFound or CvmNameTaken.
   */
  describeProvision(input: {
    readonly name: string;
    readonly kms: string;
    readonly node: NodeName | null;
    /** An app contract that exists. */
    readonly appId: Address | null;
    /** Who is to own a new one. Only a KMS on chain knows owners. */
    readonly owner: Address | null;
    /** The configuration that an earlier commit of this change may have made a CVM of: that one holds the name rightly. */
    readonly composeHash: ComposeHash | null;
  }): Promise<ProvisionTarget>;

  /** Plans a new CVM: `POST /cvms/provision`. Makes nothing; a repetition only plans it again. */
  prepareProvision(input: {
    readonly planned: PlannedCvm;
    /** Who is to own a new app contract; null: the owner key of the worker. */
    readonly owner: Address | null;
    readonly kms: KmsDescription;
    readonly node: Node | null;
    /** The app's contract, where it exists: given in the request, or deployed for an earlier preparation. */
    readonly contract: AppContract | null;
  }): Promise<RequestAnswer>;

  /**
   * Makes the new CVM: `POST /cvms`. Looks for a CVM of that name and app before it sends anything that an earlier
   * attempt may have sent.
   * Fails with PreparationExpired, RegistrationRequired, CvmNameTaken, AppIdTaken or ResourcesInsufficient.
   */
  commitProvision(
    input: CommitInput & {
      readonly name: string;
      readonly appId: Address;
      readonly kms: KmsDescription;
      /** Null where no chain governs the app. */
      readonly contract: AppContract | null;
      readonly deployer: Address | null;
      readonly env: { readonly names: readonly string[]; readonly sealed: SealedForWorkers } | null;
      /** 64 hex digits. Null: asked of the KMS, now that the app is known. */
      readonly envEncryptionKey: string | null;
    },
  ): Promise<Applied>;

  /** Looks for the CVM that a commit which may have been sent has made. Null: none. */
  lookForCvm(input: { readonly name: string; readonly composeHash: ComposeHash }): Promise<Applied | null>;

  /** Waits until a CVM that was made runs the compose hash. Fails with CvmDidNotStart where it never will. */
  followCreation(input: {
    readonly cvmId: CvmId;
    readonly composeHash: ComposeHash | null;
  }): Promise<{ readonly composeHash: ComposeHash | null }>;

  /** Reads which contract governs an app, and the devices that are meant by the names of nodes. */
  describeApp(input: {
    readonly appId: Address;
    readonly chainId: number | null;
    readonly steps: readonly AllowListStep[];
  }): Promise<AppTarget & { readonly entries: readonly AllowListEntry[] }>;

  /**
   * Reads a CVM's app-compose document, or that of its app with a compose hash.
   * Fails with CvmNotFound, or for an operator.
   */
  readConfiguration(input: {
    readonly cvm: string;
    /** Null: what the CVM runs now. */
    readonly composeHash: ComposeHash | null;
  }): Promise<CvmConfiguration>;

  /** The public key that values are sealed to on their way to the workers of this deployment. */
  readSealingKey(): Promise<SealingKey>;
}

/** By what a replica is told from the CVMs that were there before. */
export interface ReplicaMark {
  readonly appId: Address | null;
  readonly siblings: readonly CvmId[];
  readonly nodeName: string | null;
}
