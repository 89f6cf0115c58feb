import type { Registrar } from './changeRequest.js';
import type { Address, ComposeHash, DeviceId, Hex, TransactionHash } from './hex.js';
import type { Finality } from './policy.js';
import type { SafeProposal } from './safe.js';
import type { TimelockProposal } from './timelock.js';

/** Where an app's allow-lists live: its DstackApp contract. The address is the app id. */
export interface AppContract {
  readonly chainId: number;
  readonly address: Address;
}

/** What has to stand on chain before a change goes on. */
export type Expectation = Admission | AllowListChange | Deployment;

/** What a CVM needs of its app's contract to get its keys. */
export interface Admission {
  readonly kind: 'admission';
  readonly contract: AppContract;
  readonly composeHash: ComposeHash;
  /** Only where the contract does not allow the CVM's device yet. Where any device is allowed, this one is, too. */
  readonly deviceId: DeviceId | null;
}

/** Entries of the contract's lists, each as it is to stand. */
export interface AllowListChange {
  readonly kind: 'allowList';
  readonly contract: AppContract;
  readonly entries: readonly AllowListEntry[];
}

export type AllowListEntry =
  | { readonly list: 'composeHashes'; readonly composeHash: ComposeHash; readonly allowed: boolean }
  | { readonly list: 'devices'; readonly deviceId: DeviceId; readonly allowed: boolean }
  | { readonly list: 'anyDevice'; readonly allowed: boolean };

/** An app contract that does not exist yet: deployed and registered by the factory of the KMS (on-chain.md §2.2). */
export interface Deployment {
  readonly kind: 'deployment';
  /** The DstackKms contract. */
  readonly kms: AppContract;
  /** Who is to own the app; null: the owner key of the worker. */
  readonly owner: Address | null;
  readonly composeHash: ComposeHash;
  /** The first device that the app allows. Null: any device. */
  readonly deviceId: DeviceId | null;
}

/** The contract that has to be called: the app's own, or the factory that makes it. */
export const calledContract = (expectation: Expectation): AppContract =>
  expectation.kind === 'deployment' ? expectation.kms : expectation.contract;

/** What is to stand on chain, for people: "compose hash 0x… allowed". */
export function describeExpectation(expectation: Expectation): string {
  switch (expectation.kind) {
    case 'admission':
      return `compose hash ${expectation.composeHash} allowed${expectation.deviceId ? `, device ${expectation.deviceId} allowed` : ''}`;
    case 'deployment':
      return describeDeployment(expectation);
    case 'allowList':
      return expectation.entries.map(describeEntry).join(', ');
  }
}

const describeDeployment = ({ composeHash, deviceId, owner }: Deployment): string =>
  `an app contract with compose hash ${composeHash} for ${deviceId ? `device ${deviceId}` : 'any device'}${owner ? `, owned by ${owner}` : ''}`;

/** "device 0x… removed". */
export function describeEntry(entry: AllowListEntry): string {
  switch (entry.list) {
    case 'composeHashes':
      return `compose hash ${entry.composeHash} ${entry.allowed ? 'allowed' : 'removed'}`;
    case 'devices':
      return `device ${entry.deviceId} ${entry.allowed ? 'allowed' : 'removed'}`;
    case 'anyDevice':
      return entry.allowed ? 'any device allowed' : 'only listed devices allowed';
  }
}

export type RegistrationMethod =
  | 'addComposeHash'
  | 'removeComposeHash'
  | 'addDevice'
  | 'removeDevice'
  | 'setAllowAnyDevice'
  | 'deployAndRegisterApp';

/** An argument of a call, as the Safe app shows it. */
export interface CallArgument {
  readonly name: string;
  readonly type: 'address' | 'bool' | 'bytes32';
  /** Hex with 0x, or `true` or `false`. */
  readonly value: string;
}

/** One call of any contract, as it is sent and as people get to see it. */
export interface ContractCall {
  readonly method: string;
  /** With types and values as the Safe app takes them: "uint256", "0"; "address[]", "[0x…,0x…]". */
  readonly arguments: readonly { readonly name: string; readonly type: string; readonly value: string }[];
  readonly to: Address;
  /** ABI-encoded calldata. The value sent with it is 0. */
  readonly data: Hex;
}

/** One call that the owner of the contract has to make. */
export interface RegistrationCall extends ContractCall {
  readonly method: RegistrationMethod;
  readonly arguments: readonly CallArgument[];
}

/** "addComposeHash(0x…)", for people; several arguments with their names. */
export const describeCall = ({ method, arguments: given }: ContractCall): string =>
  `${method}(${given.map(({ name, value }) => (given.length > 1 ? `${name}: ${value}` : value)).join(', ')})`;

/** What the owner of the contract is asked for. */
export interface Proposal {
  readonly owner: Address;
  /** Set while a transfer of the ownership waits to be accepted (Ownable2Step): the owner above still decides. */
  readonly pendingOwner: Address | null;
  readonly registrar: Registrar;
  /** With everything filled in that was left to be found out. */
  readonly expectation: Expectation;
  /** Empty where everything stands as expected already. */
  readonly calls: readonly RegistrationCall[];
  readonly safe: SafeProposal | null;
  /** The key of the workers that executes what enough owners of a Safe have signed; left out where they have none. */
  readonly relayer?: Address;
  /** Where a timelock owns the contract and something is missing. */
  readonly timelock?: TimelockProposal;
  /** The newest block when the registration was opened, for a deployment the one after it: looked for from here on. */
  readonly fromBlock: number;
}

/** A transfer of the ownership that was begun, for people: it goes with whatever the owner is asked for. */
export const describeTransfer = (pendingOwner: Address): string =>
  `a transfer of the ownership to ${pendingOwner} waits to be accepted`;

/** A registration that was seen on chain, and checked. */
export interface Registration {
  /** The app's contract; for a deployment the one that came out of it. */
  readonly contract: AppContract;
  /** Who deployed it, where it was deployed by this registration. */
  readonly deployer: Address | null;
  /** The transaction that was delivered, or the newest that brought something of it about; null: only the state shows it. */
  readonly transactionHash: TransactionHash | null;
  /** The transaction that shows the compose hash being added: the only proof to the API (phala-cloud-api.md §2d). */
  readonly proof: TransactionHash | null;
  readonly blockNumber: number;
  readonly finality: Finality;
  /** Whether it stood at that finality when it was last read. */
  readonly final: boolean;
}
