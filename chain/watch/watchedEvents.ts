import { type Hex, type Log, parseAbi, parseEventLogs, toEventSelector } from 'viem';
import type { ChainEvent } from '../../model/awaitedOnChain.js';
import {
  addressSchema,
  type BlockHash,
  blockHashSchema,
  type TransactionHash,
  transactionHashSchema,
} from '../../model/hex.js';
import { allowListEvents, executionFailureTopic } from '../contracts.js';

/** What OpenZeppelin's TimelockController says about an operation, 4.x and 5.x. */
const timelockEvents = parseAbi([
  'event CallScheduled(bytes32 indexed id, uint256 indexed index, address target, uint256 value, bytes data, bytes32 predecessor, uint256 delay)',
  'event CallExecuted(bytes32 indexed id, uint256 indexed index, address target, uint256 value, bytes data)',
  'event Cancelled(bytes32 indexed id)',
]);

/** What an app contract says when it gets another owner: each generation is Ownable (on-chain.md §2.5). */
const ownershipEvents = parseAbi([
  'event OwnershipTransferred(address indexed previousOwner, address indexed newOwner)',
]);

/** Topic of a Safe execution that succeeded; the same whether its argument is indexed (1.4.1) or not (on-chain.md §3.2). */
const executionSuccessTopic = '0x442e715f626346e8c54381002da614f62bee8d27386535b2521ec8540898556e';
/** An owner who approves by a transaction instead of a signature. */
const approveHashTopic = toEventSelector('event ApproveHash(bytes32 indexed approvedHash, address indexed owner)');
const safeTopics: readonly Hex[] = [executionSuccessTopic, executionFailureTopic, approveHashTopic];

const decoded = [...allowListEvents, ...ownershipEvents, ...timelockEvents];

/** The first topics of all events that a change may wait for. No address: who waits changes nothing about the request. */
export const watchedTopics: readonly Hex[] = [...decoded.map((event) => toEventSelector(event)), ...safeTopics];

/** An event in a block of the chain. */
export interface SeenEvent extends ChainEvent {
  /** Which log it is: a reorganisation makes another one of it. */
  readonly id: string;
  readonly block: number;
  readonly blockHash: BlockHash;
  readonly transactionHash: TransactionHash;
}

/** Reads what the logs of one or more blocks say. Of several logs that say the same in one transaction, one is enough. */
export function seenEvents(logs: readonly Log<bigint, number, false>[]): readonly SeenEvent[] {
  const events = new Map<string, SeenEvent>();
  for (const log of logs) {
    const said = read(log);
    if (said === null) continue;
    const contract = addressSchema.parse(log.address);
    const transactionHash = transactionHashSchema.parse(log.transactionHash);
    const id = [log.blockHash, transactionHash, contract, said.name, said.subject].join(':');
    const [block, blockHash] = [Number(log.blockNumber), blockHashSchema.parse(log.blockHash)];
    events.set(id, { ...said, id, contract, transactionHash, block, blockHash });
  }
  return [...events.values()];
}

type Said = Pick<ChainEvent, 'name' | 'subject'>;

/** Null where the log is of something else that shares its topic. */
function read(log: Log<bigint, number, false>): Said | null {
  if (safeTopics.some((topic) => topic === log.topics[0])) {
    const subject = log.topics[1] ?? log.data.slice(0, 66);
    return subject.length === 66 ? { name: 'SafeTransaction', subject: subject.toLowerCase() } : null;
  }
  const [event] = parseEventLogs({ abi: decoded, logs: [log] });
  switch (event?.eventName) {
    case 'ComposeHashAdded':
    case 'ComposeHashRemoved':
      return { name: event.eventName, subject: event.args.composeHash.toLowerCase() };
    case 'DeviceAdded':
    case 'DeviceRemoved':
      return { name: event.eventName, subject: event.args.deviceId.toLowerCase() };
    case 'AllowAnyDeviceSet':
      return { name: event.eventName, subject: String(event.args.allowAny) };
    case 'OwnershipTransferred':
      return { name: event.eventName, subject: event.args.newOwner.toLowerCase() };
    case 'CallScheduled':
    case 'CallExecuted':
    case 'Cancelled':
      return { name: 'TimelockOperation', subject: event.args.id.toLowerCase() };
    case undefined:
      return null;
  }
}
