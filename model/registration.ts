import type { Address, ComposeHash, DeviceId, Hex, SafeTransactionHash, TransactionHash } from './hex.js';
import type { Finality } from './policy.js';
import type { Registrar } from './updateRequest.js';

/** Where an app's allow-lists live: its DstackApp contract. The address is the app id. */
export interface AppContract {
  readonly chainId: number;
  readonly address: Address;
}

/** What has to stand on the allow-lists before the change can be committed. */
export interface Expectation {
  readonly contract: AppContract;
  readonly composeHash: ComposeHash;
  /** Only where the contract does not allow the CVM's device yet. */
  readonly deviceId: DeviceId | null;
}

/** One call that the owner of the contract has to make. */
export interface RegistrationCall {
  readonly method: 'addComposeHash' | 'addDevice';
  readonly argument: Hex;
  readonly to: Address;
  /** ABI-encoded calldata. The value sent with it is 0. */
  readonly data: Hex;
}

/** What is known of the Safe that owns the contract, read when the registration was opened. */
export interface SafeProposal {
  readonly address: Address;
  readonly version: string;
  readonly threshold: number;
  readonly owners: readonly Address[];
  /** The nonce that the proposal gets if it is the next transaction of the Safe. */
  readonly nonce: number;
  /** With that nonce and no refund. Null where several calls go into one batch, whose form the Safe app decides. */
  readonly transactionHash: SafeTransactionHash | null;
  /** The Safe app's queue of this Safe; null where the app does not know the chain. */
  readonly queueUrl: string | null;
  /** The file that the Safe app's Transaction Builder takes, as JSON text. */
  readonly batchFile: string;
}

/** What the owner of the contract is asked for. */
export interface Proposal {
  readonly owner: Address;
  /** Set while a transfer of the ownership waits to be accepted (Ownable2Step): the owner above still decides. */
  readonly pendingOwner: Address | null;
  readonly registrar: Registrar;
  readonly expectation: Expectation;
  /** Empty where everything stands on the allow-lists already. */
  readonly calls: readonly RegistrationCall[];
  readonly safe: SafeProposal | null;
  /** The newest block when the registration was opened: it is looked for from here on. */
  readonly fromBlock: number;
}

/** A registration that was seen on chain, and checked. */
export interface Registration {
  /** The transaction that registered the compose hash; null where only the state shows it. */
  readonly transactionHash: TransactionHash | null;
  readonly blockNumber: number;
  readonly finality: Finality;
  /** Whether it stood at that finality when it was last read. */
  readonly final: boolean;
}
