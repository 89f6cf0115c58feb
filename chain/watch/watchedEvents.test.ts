import { encodeAbiParameters, encodeEventTopics, type Hex, type Log, parseAbi, zeroAddress } from 'viem';
import { describe, expect, it } from 'vitest';
import { seenEvents, watchedTopics } from './watchedEvents.js';

const contract: Hex = `0x${'a1'.repeat(20)}`;
const hash: Hex = `0x${'b2'.repeat(32)}`;
const transactionHash: Hex = `0x${'c3'.repeat(32)}`;
const blockHash: Hex = `0x${'d4'.repeat(32)}`;

const log = (topics: readonly Hex[], data: Hex): Log<bigint, number, false> => ({
  address: contract,
  topics: topics as [Hex, ...Hex[]],
  data,
  transactionHash,
  blockHash,
  blockNumber: 7n,
  logIndex: 0,
  transactionIndex: 0,
  removed: false,
  blockTimestamp: 0n,
});

const indexed = parseAbi([
  'event ExecutionSuccess(bytes32 indexed txHash, uint256 payment)',
  'event ExecutionFailure(bytes32 indexed txHash, uint256 payment)',
]);
const plain = parseAbi([
  'event ExecutionSuccess(bytes32 txHash, uint256 payment)',
  'event ExecutionFailure(bytes32 txHash, uint256 payment)',
]);
const others = parseAbi([
  'event ComposeHashAdded(bytes32 composeHash)',
  'event AllowAnyDeviceSet(bool allowAny)',
  'event Cancelled(bytes32 indexed id)',
  'event OwnershipTransferred(address indexed previousOwner, address indexed newOwner)',
  'event CallExecuted(bytes32 indexed id, uint256 indexed index, address target, uint256 value, bytes data)',
]);
const word = (type: 'bytes32' | 'bool', value: Hex | boolean): Hex => encodeAbiParameters([{ type }], [value]);

describe('the events that a watcher reads', () => {
  it.each(['ExecutionSuccess', 'ExecutionFailure'] as const)(
    'name the Safe transaction of %s in both of its shapes: up to 1.3.0, and from 1.4.1 on',
    (eventName) => {
      const payment = encodeAbiParameters([{ type: 'uint256' }], [0n]);
      const [topic] = encodeEventTopics({ abi: plain, eventName }) as [Hex];
      const newer = log(encodeEventTopics({ abi: indexed, eventName, args: { txHash: hash } }) as Hex[], payment);
      const older = log([topic], `${hash}${payment.slice(2)}`);
      for (const one of [newer, older]) {
        expect(seenEvents([one])).toMatchObject([{ name: 'SafeTransaction', subject: hash, contract, block: 7 }]);
        expect(watchedTopics).toContain(one.topics[0]);
      }
    },
  );

  it('are those of app contracts and timelocks', () => {
    const id = { id: hash };
    const owners = { previousOwner: zeroAddress, newOwner: contract };
    const call = encodeAbiParameters(
      [{ type: 'address' }, { type: 'uint256' }, { type: 'bytes' }],
      [contract, 0n, '0x'],
    );
    const logs = [
      log(encodeEventTopics({ abi: others, eventName: 'ComposeHashAdded' }) as Hex[], word('bytes32', hash)),
      log(encodeEventTopics({ abi: others, eventName: 'AllowAnyDeviceSet' }) as Hex[], word('bool', true)),
      log(encodeEventTopics({ abi: others, eventName: 'Cancelled', args: id }) as Hex[], '0x'),
      log(encodeEventTopics({ abi: others, eventName: 'CallExecuted', args: { ...id, index: 0n } }) as Hex[], call),
      log(encodeEventTopics({ abi: others, eventName: 'OwnershipTransferred', args: owners }) as Hex[], '0x'),
    ];
    // Cancelled and executed are the same news: look again where the operation stands.
    expect(seenEvents(logs).map(({ name, subject }) => `${name} ${subject}`)).toEqual([
      `ComposeHashAdded ${hash}`,
      'AllowAnyDeviceSet true',
      `TimelockOperation ${hash}`,
      `OwnershipTransferred ${contract}`,
    ]);
    for (const { topics } of logs) expect(watchedTopics).toContain(topics[0]);
  });

  it('are no others, even under the same topic', () => {
    const topics = encodeEventTopics({ abi: others, eventName: 'ComposeHashAdded' }) as Hex[];
    expect(seenEvents([log(topics, '0x12'), log([blockHash], word('bytes32', hash)), log([], '0x')])).toEqual([]);
  });
});
