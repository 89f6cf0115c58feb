import type { Registrar } from './changeRequest.js';
import type { Sealed } from './commitToken.js';
import type { Address, TransactionHash } from './hex.js';
import type { Finality } from './policy.js';
import type { Expectation, Proposal, Registration, RegistrationMethod } from './registration.js';

/** A transaction signed with the owner key, ready to be sent any number of times. */
export interface SignedRegistration {
  readonly method: RegistrationMethod;
  /** The raw transaction. */
  readonly transaction: Sealed;
  readonly transactionHash: TransactionHash;
  readonly from: Address;
  readonly nonce: number;
}

/** The activities that talk to the chain. Each is safe to repeat. */
export interface ChainActivities {
  /**
   * Reads who owns the contract and what is missing on its allow-lists, and makes what the owner needs to sign. For a
   * deployment the owner is who was asked for, or the owner key of this worker.
   */
  openRegistration(input: {
    readonly expectation: Expectation;
    readonly registrar: Registrar | 'auto';
    /** What the Safe app shows with the batch. */
    readonly title: string;
    readonly description: string;
  }): Promise<Proposal>;

  /** Waits until the chain shows what is expected. The fallback where nobody delivers a transaction hash. */
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
  signRegistration(input: {
    readonly expectation: Expectation;
    readonly fromBlock: number;
  }): Promise<SignedRegistration | null>;

  /**
   * Sends a signed transaction until it is mined. `nonceTaken` where another transaction took its nonce: it can never
   * be mined, and a new one may be signed.
   */
  sendRegistration(input: {
    readonly chainId: number;
    readonly signed: SignedRegistration;
  }): Promise<'mined' | 'nonceTaken'>;
}
