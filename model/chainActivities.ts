import type { Registrar } from './changeRequest.js';
import type { Address, Hex, TransactionHash } from './hex.js';
import type { Finality } from './policy.js';
import type { ContractCall, Expectation, Proposal, Registration } from './registration.js';
import type { SafeSignature, SafeSigning, SafeTransaction } from './safe.js';
import type { SendingActivities } from './sending.js';
import type { TimelockProposal } from './timelock.js';
import type { WatchChainInput, WatchCursor } from './watch.js';

/** A look at a timelock through which the registration goes. */
export interface TimelockSight {
  /** Null where what is expected does not stand yet. */
  readonly registration: Registration | null;
  /** As it stands now. */
  readonly timelock: TimelockProposal;
  /** What has changed with the Safe that has to make the next call, one sentence each. */
  readonly news: readonly string[];
  /** What has changed in the queue of that Safe, one sentence each; absent where the workers do not look there. */
  readonly queueNews?: readonly string[];
  /** One sentence where the proposal leads nowhere any more, and a new one has to be made; null else. */
  readonly outdated: string | null;
}

/** A look at a Safe through which the registration goes. */
export interface SafeSight {
  /** Null where what is expected does not stand yet. */
  readonly registration: Registration | null;
  /** As it stands now. */
  readonly safe: SafeSigning;
  /** What has changed, one sentence each: owners, threshold, approvals on chain. */
  readonly news: readonly string[];
  /** What has changed in its queue, one sentence each; absent where the workers do not look there. */
  readonly queueNews?: readonly string[];
  /** One sentence where the transaction can never be executed any more, and a new one has to be proposed; null else. */
  readonly outdated: string | null;
}

/** A signature that the Safe itself accepts, and the Safe as it stood then. */
export interface AcceptedSignature extends Pick<SafeSignature, 'owner' | 'kind' | 'signature'> {
  readonly safe: Pick<SafeSigning, 'owners' | 'threshold'>;
}

/** What is awaited on chain, and of whom. */
export interface AwaitedRegistration {
  readonly expectation: Expectation;
  readonly fromBlock: number;
  readonly finality: Finality;
  /** Who was asked. Where somebody else owns the contract by now, a look fails with OwnerChanged. Left out: it is not looked at. */
  readonly owner?: Address;
}

/** Whom to ask for what, and what stands already. */
export interface OpenedRegistration {
  readonly proposal: Proposal;
  /** There where nothing is missing; null where something is, and where the node does not show yet how it came about. */
  readonly registration: Registration | null;
}

/** The activities that talk to the chain. Each is safe to repeat. */
export interface ChainActivities extends SendingActivities {
  /**
   * Reads who owns the contract and what is missing on its allow-lists, and makes what the owner needs to sign. Where
   * nothing is missing it reads what stands there. For a deployment the owner is who was asked for, or the owner key of
   * this worker.
   */
  openRegistration(input: {
    readonly expectation: Expectation;
    readonly registrar: Registrar | 'auto';
    /** From where on what stands there counts. */
    readonly finality: Finality;
    /** What the Safe app shows with the batch. */
    readonly title: string;
    readonly description: string;
    /** The `fromBlock` of an earlier proposal for the same; null where there was none. */
    readonly since: number | null;
    /** Who is to schedule with a timelock; default: found from its logs. */
    readonly timelockProposer?: Address;
    /** How many operations of a timelock the change has used up: each needs a salt of its own. Default 0. */
    readonly usedOperations?: number;
  }): Promise<OpenedRegistration>;

  /** Waits until the chain shows what is expected. The fallback where nobody delivers a transaction hash. */
  findRegistration(input: AwaitedRegistration): Promise<Registration>;

  /**
   * Waits until the chain shows what is expected, or until the operation of the timelock stands elsewhere than given,
   * or leads nowhere any more.
   */
  followTimelock(input: AwaitedRegistration & { readonly timelock: TimelockProposal }): Promise<TimelockSight>;

  /**
   * Waits until the chain shows what is expected, or until the Safe stands otherwise than given: its nonce was used up, its
   * owners or threshold changed, or owners approved on chain. Where the workers use the Safe's queue, they see to it that
   * the transaction stands there, and wait for signatures there, too.
   */
  followSafe(input: AwaitedRegistration & { readonly safe: SafeSigning }): Promise<SafeSight>;

  /**
   * Checks a signature for a Safe transaction. Fails with the name of what is wrong where the Safe would not accept it
   * (class `refused`).
   */
  checkSignature(input: {
    readonly chainId: number;
    readonly safe: Address;
    readonly transaction: SafeTransaction;
    readonly signature: Hex;
    /** Null: found from the signature. */
    readonly owner: Address | null;
  }): Promise<AcceptedSignature>;

  /** Makes the call that executes a Safe transaction, of the signatures of its owners. */
  buildExecution(input: { readonly safe: SafeSigning }): Promise<ContractCall>;

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

  /**
   * Watches the chain for all changes that wait, and wakes each when what it waits for is as final as it asks for. Comes
   * back with its place after some minutes, or when its worker stops. The changes are those of the workflows' task queue.
   */
  scanChain(input: WatchChainInput & { readonly taskQueue: string }): Promise<WatchCursor>;
}
