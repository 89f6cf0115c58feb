import type { Address, TransactionHash } from './hex.js';
import type { Finality } from './policy.js';
import { calledContract, type Proposal, type RegistrationCall } from './registration.js';
import type { ChangeStatus } from './status.js';

/**
 * What a contract said, as far as changes wait for it: an event of an app contract by its name, that its owner is another
 * one, or that something happened to an operation of a timelock, or to a transaction of a Safe.
 */
export interface ChainEvent {
  readonly contract: Address;
  readonly name: ListEventName | 'OwnershipTransferred' | 'TimelockOperation' | 'SafeTransaction';
  /** Compose hash, device id, `true` or `false`, new owner, id of the operation, hash of the Safe transaction. */
  readonly subject: string;
}

export type ListEventName =
  | 'ComposeHashAdded'
  | 'ComposeHashRemoved'
  | 'DeviceAdded'
  | 'DeviceRemoved'
  | 'AllowAnyDeviceSet';

/** What a change does about it: check the transaction as its registration, or look again where its proposal stands. */
export type SightingKind = 'registration' | 'ownership' | 'operation' | 'safeTransaction';

/** What the watcher of a chain tells a change (signal `sighting`). A hint: the change looks itself. */
export interface Sighting {
  readonly kind: SightingKind;
  readonly transactionHash: TransactionHash;
}

/** What the gateway tells by the same signal: something happened in the queue of a Safe, and to no transaction on chain. */
export interface QueueSighting {
  readonly kind: 'queue';
}

/** In place of the contract, where it does not exist yet: its events are known by what they say alone. */
const anyContract = 'any';

/** More would not fit into what a server keeps of one attribute. All entries of a change come in one batch as a rule. */
const mostKeys = 10;

const key = (chainId: number, contract: Address | typeof anyContract, name: ChainEvent['name'], subject: string) =>
  `${chainId}:${contract}:${name}:${subject}`;

/** Whatever a Safe executes uses up a nonce, and concerns everybody who waits for that Safe. */
const safeKey = (chainId: number, safe: Address): string => key(chainId, safe, 'SafeTransaction', 'any');

/** Whoever owns the contract now: it concerns everybody who has asked the owner of before. */
const ownershipKey = (chainId: number, contract: Address): string =>
  key(chainId, contract, 'OwnershipTransferred', 'any');

/** The keys that changes are found by which wait for an event. */
export function keysOf(chainId: number, { contract, name, subject }: ChainEvent): readonly string[] {
  const own = key(chainId, contract, name, subject);
  if (name === 'SafeTransaction') return [safeKey(chainId, contract)];
  if (name === 'OwnershipTransferred') return [ownershipKey(chainId, contract)];
  return name === 'ComposeHashAdded' ? [own, key(chainId, anyContract, name, subject)] : [own];
}

/** What the event is to a change that waits for it. */
export function kindOf({ name }: ChainEvent): SightingKind {
  switch (name) {
    case 'OwnershipTransferred':
      return 'ownership';
    case 'TimelockOperation':
      return 'operation';
    case 'SafeTransaction':
      return 'safeTransaction';
    default:
      return 'registration';
  }
}

type Waiting = Pick<ChangeStatus, 'phase' | 'blocked' | 'proposal' | 'policy'>;

/**
 * What a change waits for, as the search attribute `AwaitedOnChain` keeps it: keys of events, the finality that they have
 * to reach, and from when on. Empty where it does not wait. The transaction of an owner key is followed by the change itself.
 */
export function awaitedOnChain({ phase, blocked, proposal, policy }: Waiting): readonly string[] {
  const waits = (blocked?.phase ?? phase) === 'awaitingRegistration';
  if (!waits || proposal === null || proposal.registrar === 'ownerKey') return [];
  const keys = [...proposalKeys(proposal), ...proposal.calls.flatMap((call) => callKeys(proposal, call))];
  const terms = [`${finalityPrefix}${policy.finality}`, `${fromPrefix}${proposal.fromBlock}`];
  return [...new Set(keys).values()].slice(0, mostKeys).concat(terms);
}

const finalityPrefix = 'finality:';
const fromPrefix = 'from:';

/** The block by which the proposal was made, out of what the search attribute keeps: what came before is known to it. */
export const awaitedFrom = (awaited: readonly string[]): number =>
  Number(awaited.find((entry) => entry.startsWith(fromPrefix))?.slice(fromPrefix.length) ?? 0);

/** The finality that a change asks for, out of what the search attribute keeps. */
export function awaitedFinality(awaited: readonly string[]): Finality {
  const text = awaited.find((entry) => entry.startsWith(finalityPrefix))?.slice(finalityPrefix.length);
  if (text === 'safe' || text === 'finalized' || text === 'latest') return text;
  return Number.isInteger(Number(text)) && Number(text) > 0 ? Number(text) : 'latest';
}

/** What moves the proposal on, or ends it. */
function proposalKeys({ expectation, safe, timelock }: Proposal): string[] {
  const { chainId } = calledContract(expectation);
  return [
    ...(expectation.kind === 'deployment' ? [] : [ownershipKey(chainId, expectation.contract.address)]),
    ...(timelock ? [key(chainId, timelock.address, 'TimelockOperation', timelock.operation.id)] : []),
    ...[safe, timelock?.schedule.safe, timelock?.execution.safe].flatMap((one) =>
      one ? [safeKey(chainId, one.address)] : [],
    ),
  ];
}

/** The events that show that a call was made, by whomever. */
function callKeys({ expectation }: Proposal, { method, arguments: [first] }: RegistrationCall): string[] {
  if (expectation.kind === 'deployment') {
    return [key(expectation.kms.chainId, anyContract, 'ComposeHashAdded', expectation.composeHash)];
  }
  const { chainId, address } = expectation.contract;
  const of = (name: ListEventName, subject = first?.value ?? '') => key(chainId, address, name, subject.toLowerCase());
  switch (method) {
    case 'addComposeHash':
      return [of('ComposeHashAdded')];
    case 'removeComposeHash':
      return [of('ComposeHashRemoved')];
    case 'addDevice':
      // Where any device is allowed, this one is, too.
      return expectation.kind === 'admission'
        ? [of('DeviceAdded'), of('AllowAnyDeviceSet', 'true')]
        : [of('DeviceAdded')];
    case 'removeDevice':
      return [of('DeviceRemoved')];
    case 'setAllowAnyDevice':
      return [of('AllowAnyDeviceSet')];
    case 'deployAndRegisterApp':
      return [];
  }
}
