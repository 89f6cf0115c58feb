import { encodeAbiParameters, encodeFunctionData, keccak256, parseAbiParameters, toHex, zeroHash } from 'viem';
import type { Address, Hex } from '../../model/hex.js';
import type { ContractCall } from '../../model/registration.js';
import { timelockAbi } from './timelockAbi.js';

type Call = Readonly<Pick<ContractCall, 'to' | 'data'>>;
type Plain = { readonly to: Hex; readonly data: Hex };

interface SaltSource {
  /** Workflow id and run id. */
  readonly change: string;
  readonly run: string;
  /** How many operations the change has used up. */
  readonly usedOperations: number;
}

/**
 * The salt of an operation: the same however often it is computed, and another one for each change and each operation
 * that is used up, for a timelock takes no operation twice.
 */
export const operationSalt = ({ change, run, usedOperations }: SaltSource): Hex =>
  keccak256(toHex(`countersign/${change}/${run}/${usedOperations}`));

/**
 * The id by which a timelock knows an operation without a predecessor: `hashOperation` of one call,
 * `hashOperationBatch` of several.
 */
export function operationId(calls: readonly Plain[], salt: Hex): Hex {
  const [call, ...more] = calls;
  if (call && more.length === 0) {
    const parameters = parseAbiParameters('address, uint256, bytes, bytes32, bytes32');
    return keccak256(encodeAbiParameters(parameters, [call.to, 0n, call.data, zeroHash, salt]));
  }
  const parameters = parseAbiParameters('address[], uint256[], bytes[], bytes32, bytes32');
  const { targets, values, payloads } = listsOf(calls);
  return keccak256(encodeAbiParameters(parameters, [targets, values, payloads, zeroHash, salt]));
}

/** The call that schedules the operation. The sender has to have the proposer role. */
export function scheduleCall(timelock: Address, calls: readonly Call[], salt: Hex, delaySeconds: number): ContractCall {
  const delay = BigInt(delaySeconds);
  const last = [...saltArguments(salt), { name: 'delay', type: 'uint256', value: String(delay) }];
  const [call, ...more] = calls;
  if (call && more.length === 0) {
    const args = [call.to, 0n, call.data, zeroHash, salt, delay] as const;
    const data = encodeFunctionData({ abi: timelockAbi, functionName: 'schedule', args });
    return { method: 'schedule', arguments: [...oneCall(call, 'data'), ...last], to: timelock, data };
  }
  const { targets, values, payloads } = listsOf(calls);
  const args = [targets, values, payloads, zeroHash, salt, delay] as const;
  const data = encodeFunctionData({ abi: timelockAbi, functionName: 'scheduleBatch', args });
  return { method: 'scheduleBatch', arguments: [...severalCalls(calls), ...last], to: timelock, data };
}

/** The call that executes the operation once its delay is over. Where the executor role is open, anyone may make it. */
export function executeCall(timelock: Address, calls: readonly Call[], salt: Hex): ContractCall {
  const last = saltArguments(salt);
  const [call, ...more] = calls;
  if (call && more.length === 0) {
    const args = [call.to, 0n, call.data, zeroHash, salt] as const;
    const data = encodeFunctionData({ abi: timelockAbi, functionName: 'execute', args });
    return { method: 'execute', arguments: [...oneCall(call, 'payload'), ...last], to: timelock, data };
  }
  const { targets, values, payloads } = listsOf(calls);
  const args = [targets, values, payloads, zeroHash, salt] as const;
  const data = encodeFunctionData({ abi: timelockAbi, functionName: 'executeBatch', args });
  return { method: 'executeBatch', arguments: [...severalCalls(calls), ...last], to: timelock, data };
}

const listsOf = (calls: readonly Plain[]) => ({
  targets: calls.map(({ to }) => to),
  values: calls.map(() => 0n),
  payloads: calls.map(({ data }) => data),
});

const oneCall = ({ to, data }: Call, dataName: string) => [
  { name: 'target', type: 'address', value: to },
  { name: 'value', type: 'uint256', value: '0' },
  { name: dataName, type: 'bytes', value: data },
];

/** Lists as the Safe app's Transaction Builder reads them. */
const severalCalls = (calls: readonly Call[]) => [
  { name: 'targets', type: 'address[]', value: listOf(calls.map(({ to }) => to)) },
  { name: 'values', type: 'uint256[]', value: listOf(calls.map(() => '0')) },
  { name: 'payloads', type: 'bytes[]', value: listOf(calls.map(({ data }) => data)) },
];

const listOf = (values: readonly string[]): string => `[${values.join(',')}]`;

const saltArguments = (salt: Hex) => [
  { name: 'predecessor', type: 'bytes32', value: zeroHash },
  { name: 'salt', type: 'bytes32', value: salt },
];
