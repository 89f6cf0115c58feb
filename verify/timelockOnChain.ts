import { parseAbi } from 'viem';
import { type Check, judge } from './check.js';
import type { ExportedProposal, ExportedTimelock } from './exportedProposal.js';
import { type Node, orNull } from './node.js';
import { checkSafeOnChain } from './safeOnChain.js';
import { checkTimelockRoles } from './timelockRoles.js';

const abi = parseAbi([
  'function getMinDelay() view returns (uint256)',
  'function getTimestamp(bytes32 id) view returns (uint256)',
  'function hashOperation(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt) view returns (bytes32)',
  'function hashOperationBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt) view returns (bytes32)',
]);
const noPredecessor = `0x${'0'.repeat(64)}` as const;

/** Whether the timelock knows the operation by this id, and lets it be scheduled with this delay. */
export async function checkTimelockOnChain(
  node: Node,
  { calls }: ExportedProposal,
  timelock: ExportedTimelock,
): Promise<readonly Check[]> {
  const { address, operation, salt, delaySeconds, schedule, execution } = timelock;
  const { client } = node;
  const read = { address, abi } as const;
  const [call, ...more] = calls;
  const id =
    call && more.length === 0
      ? client.readContract({
          ...read,
          functionName: 'hashOperation',
          args: [call.to, 0n, call.data, noPredecessor, salt],
        })
      : client.readContract({
          ...read,
          functionName: 'hashOperationBatch',
          args: [calls.map(({ to }) => to), calls.map(() => 0n), calls.map(({ data }) => data), noPredecessor, salt],
        });
  const [known, minDelay, timestamp] = await Promise.all([
    orNull(id),
    orNull(client.readContract({ ...read, functionName: 'getMinDelay' })),
    orNull(client.readContract({ ...read, functionName: 'getTimestamp', args: [operation.id] })),
  ]);
  const state =
    timestamp === null ? 'unknown' : timestamp === 0n ? 'unscheduled' : timestamp === 1n ? 'executed' : 'scheduled';
  const shown = {
    unscheduled: 'unscheduled',
    cancelled: 'unscheduled',
    executed: 'executed',
    scheduled: 'scheduled',
    ready: 'scheduled',
  };
  const wrong = [
    ...(known === operation.id ? [] : [`The timelock itself makes operation ${known} of the calls.`]),
    ...(minDelay !== null && minDelay <= BigInt(delaySeconds)
      ? []
      : [`It asks for a delay of ${minDelay} s, the proposal has ${delaySeconds} s.`]),
    ...(state === shown[operation.state] ? [] : [`The operation is shown as ${operation.state}, and is ${state}.`]),
  ];
  const next = operation.state === 'unscheduled' ? schedule : execution;
  return [
    judge('timelockOnChain', wrong, `the timelock itself makes this operation of the calls; it is ${state}`),
    ...(await checkTimelockRoles(node, timelock)),
    ...(next.safe ? await checkSafeOnChain(node, [next.call], next.safe) : []),
  ];
}
