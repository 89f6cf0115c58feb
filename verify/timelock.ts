import { encodeAbiParameters, encodeFunctionData, keccak256, parseAbi, parseAbiParameters } from 'viem';
import { type Check, judge } from './check.js';
import { encodeShown } from './encodeShown.js';
import type { ExportedProposal, ExportedTimelock } from './exportedProposal.js';
import { checkToSign } from './toSign.js';

type Hex = `0x${string}`;

/** OpenZeppelin's TimelockController, 4.x and 5.x. */
const abi = parseAbi([
  'function schedule(address target, uint256 value, bytes data, bytes32 predecessor, bytes32 salt, uint256 delay)',
  'function scheduleBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt, uint256 delay)',
  'function execute(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 salt)',
  'function executeBatch(address[] targets, uint256[] values, bytes[] payloads, bytes32 predecessor, bytes32 salt)',
]);
const noPredecessor: Hex = `0x${'0'.repeat(64)}`;

interface Operation {
  readonly id: Hex;
  readonly schedule: Hex;
  readonly execute: Hex;
}

/** The operation of the calls: its id, and what schedules and executes it. */
function operationOf(calls: ExportedProposal['calls'], { salt, delaySeconds }: ExportedTimelock): Operation {
  const delay = BigInt(delaySeconds);
  const [call, ...more] = calls;
  if (call && more.length === 0) {
    const args = [call.to, 0n, call.data, noPredecessor, salt] as const;
    const types = parseAbiParameters('address, uint256, bytes, bytes32, bytes32');
    return {
      id: keccak256(encodeAbiParameters(types, args)),
      schedule: encodeFunctionData({ abi, functionName: 'schedule', args: [...args, delay] }),
      execute: encodeFunctionData({ abi, functionName: 'execute', args }),
    };
  }
  const [targets, payloads] = [calls.map(({ to }) => to), calls.map(({ data }) => data)];
  const args = [targets, calls.map(() => 0n), payloads, noPredecessor, salt] as const;
  const types = parseAbiParameters('address[], uint256[], bytes[], bytes32, bytes32');
  return {
    id: keccak256(encodeAbiParameters(types, args)),
    schedule: encodeFunctionData({ abi, functionName: 'scheduleBatch', args: [...args, delay] }),
    execute: encodeFunctionData({ abi, functionName: 'executeBatch', args }),
  };
}

/** Whether the timelock is asked for exactly these calls, with these very steps. */
export async function checkTimelock(
  chainId: number,
  { calls, owner }: ExportedProposal,
  timelock: ExportedTimelock,
): Promise<readonly Check[]> {
  const { address, operation, delaySeconds, schedule, execution } = timelock;
  const own = operationOf(calls, timelock);
  const steps = [
    { name: 'schedules', step: schedule, data: own.schedule },
    { name: 'executes', step: execution, data: own.execute },
  ];
  const wrong = [
    ...(address === owner ? [] : [`The timelock is ${address}, the owner ${owner}.`]),
    ...(operation.id === own.id ? [] : [`The calls make operation ${own.id}, not ${operation.id}.`]),
  ];
  const wrongSteps = steps.flatMap(({ name, step: { call, safe, by }, data }) => [
    ...(call.to === address ? [] : [`The call that ${name} goes to ${call.to}.`]),
    ...(call.data === data ? [] : [`The call that ${name} does not ${name.replace(/s$/, '')} this operation.`]),
    ...(encodeShown(call.method, call.arguments) === call.data
      ? []
      : [`The call that ${name} is shown as another one.`]),
    ...(safe === null || (Array.isArray(by) && by.includes(safe.address))
      ? []
      : [`The Safe ${safe.address} is not among those that it is said may do it.`]),
  ]);
  // The Safe signs the next step; the other one is not to be signed now.
  const safes = steps.flatMap(({ step }) => (step.safe ? [{ calls: [step.call], safe: step.safe }] : []));
  return [
    judge(
      'timelock',
      wrong,
      `operation ${own.id} of the timelock ${address} makes the calls, ${delaySeconds} s after it was scheduled`,
    ),
    judge('timelockSteps', wrongSteps, 'the calls that schedule and execute it are for this operation'),
    ...(await Promise.all(safes.map(({ calls: step, safe }) => checkToSign(chainId, step, safe)))).flat(),
  ];
}
