import type { Sealed } from './commitToken.js';
import type { FailureDetails, FailureType } from './failures.js';
import type { Address, Hex, TransactionHash } from './hex.js';
import type { ContractCall, Expectation } from './registration.js';

/** A key of the workers that pays for transactions of a chain: the owner's, or a relayer's. */
export interface SendingKey {
  readonly chainId: number;
  readonly address: Address;
}

/** What is to be sent. */
export type SendingWork =
  /** Whatever is missing of it, one call after the other. */
  | { readonly kind: 'registration'; readonly expectation: Expectation; readonly fromBlock: number }
  /** One call, once. */
  | { readonly kind: 'call'; readonly call: ContractCall };

/** What a change asks the sender of a key for. */
export interface SendingOrder {
  /** The same for each time that it is asked for: workflow id, run id and number. */
  readonly id: string;
  readonly work: SendingWork;
}

/** A transaction that a key has signed, ready to be sent any number of times. Amounts are in wei, as decimal digits. */
export interface SignedTransaction {
  /** The raw transaction. */
  readonly transaction: Sealed;
  readonly transactionHash: TransactionHash;
  readonly nonce: number;
  readonly gas: string;
  readonly maxFeePerGas: string;
  readonly maxPriorityFeePerGas: string;
  /** The newest block when it was signed. */
  readonly blockNumber: number;
}

/** What a nonce of the key is taken by: with what it may cost at the most. */
export type TakenNonce = Pick<SignedTransaction, 'nonce' | 'gas' | 'maxFeePerGas'>;

/** The next call of an order, signed. */
export interface SignedCall {
  readonly method: string;
  readonly data: Hex;
  readonly signed: SignedTransaction;
  /** How many calls are missing beside this one. */
  readonly remaining: number;
}

/** What has become of the transactions of one nonce. */
export type SendingOutcome =
  | { readonly state: 'mined'; readonly transactionHash: TransactionHash }
  /** Another transaction took the nonce: none of these can ever be mined. */
  | { readonly state: 'nonceTaken' }
  /** It waits for longer than it should. */
  | {
      readonly state: 'stuck';
      /**
       * - `fee`: blocks pass it over, as its fees are too low
       * - `balance`: the key cannot pay for it any more
       * - `gap`: no transaction of an earlier nonce is known, which has to come first
       */
      readonly why: 'fee' | 'balance' | 'gap';
      /** The lowest nonce that no known transaction has. */
      readonly nextNonce: number;
    };

/** Where an order stands. */
export interface OrderStanding {
  /** What has happened, one sentence each, in order. */
  readonly lines: readonly string[];
  /** - `done`: all of it was mined, or stood already. `withdrawn`: nothing of it is sent any more. */
  readonly end: 'done' | 'withdrawn' | OrderFailure | null;
  /** Whether a withdrawal has taken hold: from here on no call of the order is sent. */
  readonly withdrawn: boolean;
  /** The newest of its transactions that was mined. */
  readonly transactionHash: TransactionHash | null;
}

/** Why an order came to nothing: what an operator has to put right first. */
export interface OrderFailure {
  readonly type: FailureType;
  readonly message: string;
  readonly details: FailureDetails;
}

/**
 * The workflow id of the sender of a key. There is one for each key, chain and deployment: whoever else uses the key is
 * noticed by his nonces.
 */
export const senderOf = ({ chainId, address }: SendingKey, taskQueue: string): string =>
  `key-${chainId}-${address}-${taskQueue}`;

/** The name under which senders are started. */
export const senderWorkflow = 'sendWithKey';
/** Signal to a sender, with a `SendingOrder`. One that is known already changes nothing. */
export const orderSignal = 'order';
/** Signal to a sender, with the id of an order: no call of it is to be sent any more. */
export const withdrawSignal = 'withdraw';
/** Query of a sender, with the id of an order: its `OrderStanding`, or null. */
export const standingQuery = 'standing';

/** The activities of a sender, and those by which changes talk to it. Each is safe to repeat. */
export interface SendingActivities {
  /**
   * Signs the next call of an order with the next free nonce. Sends nothing. Null where nothing is missing any more.
   */
  signCall(input: {
    readonly key: SendingKey;
    readonly work: SendingWork;
    /** Calldata of this order's calls that were mined already: a node that lags does not show them yet. */
    readonly mined: readonly Hex[];
    readonly taken: readonly TakenNonce[];
  }): Promise<SignedCall | null>;

  /**
   * Signs another transaction for a nonce, with fees that are high enough to replace the ones before. Sends nothing.
   * Fails with FeeCeilingReached where these would be higher than the configuration allows.
   */
  signReplacement(input: {
    readonly key: SendingKey;
    readonly nonce: number;
    /** Of this nonce, newest last. */
    readonly before: readonly SignedTransaction[];
    /** `same`: the same call once more. `nothing`: an empty transaction of the key to itself. */
    readonly call: 'same' | 'nothing';
  }): Promise<SignedTransaction>;

  /** Sends the newest transaction of a nonce until one of them is mined, the nonce is taken, or they are stuck. */
  sendTransactions(input: {
    readonly key: SendingKey;
    /** Of one nonce, newest last. */
    readonly transactions: readonly SignedTransaction[];
    /** How many times longer than usual to wait until it counts as stuck. */
    readonly patience: number;
  }): Promise<SendingOutcome>;

  /**
   * Asks the sender of a key to send, and waits for news. Safe to call again and again: the order's id is the same.
   * Fails with what the sender failed with.
   */
  followOrder(input: {
    readonly key: SendingKey;
    readonly order: SendingOrder;
    /** How many lines are known already: the answer has those after them, and comes when there is one, or the end. */
    readonly known: number;
  }): Promise<OrderStanding>;

  /** Has the sender send no call of an order any more; comes back when that holds. */
  withdrawOrder(input: { readonly key: SendingKey; readonly id: string }): Promise<void>;
}
