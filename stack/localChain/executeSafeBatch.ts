import { type Address, concat, encodeFunctionData, encodePacked, type Hex, parseAbi, size } from 'viem';
import { type ExecuteSafeTransactionOptions, executeSafeTransaction } from './executeSafeTransaction.js';
import { connectLocalChain } from './localChain.js';
import { safeAbi } from './safeAbi.js';
import { multiSendAddresses, safeVersions } from './safeArtefacts.js';

/** One call of a batch. */
export interface BatchedCall {
  readonly to: Address;
  readonly data: Hex;
}

const multiSendAbi = parseAbi(['function multiSend(bytes transactions) payable']);

/**
 * Signs several calls as the given owners of a Safe and executes them in one transaction, the way the Safe app does with
 * a batch: a delegate call to MultiSendCallOnly of the Safe's own version.
 *
 * @throws Error as executeSafeTransaction does; one call that fails makes all of them fail
 */
export async function executeSafeBatch({
  calls,
  ...options
}: Omit<ExecuteSafeTransactionOptions, 'to' | 'data' | 'operation' | 'value'> & {
  readonly calls: readonly BatchedCall[];
}): ReturnType<typeof executeSafeTransaction> {
  const { reader } = await connectLocalChain(options.rpcUrl);
  const version = await reader.readContract({ address: options.safe, abi: safeAbi, functionName: 'VERSION' });
  const known = safeVersions.find((one) => one === version);
  if (!known) throw new Error(`The Safe ${options.safe} is of version ${version}, which is not known here.`);
  const to = multiSendAddresses[known];
  const data = encodeFunctionData({
    abi: multiSendAbi,
    functionName: 'multiSend',
    args: [concat(calls.map(packed))],
  });
  return executeSafeTransaction({ ...options, to, data, operation: 'delegateCall' });
}

/** Operation 0 is a call. */
const packed = ({ to, data }: BatchedCall): Hex =>
  encodePacked(['uint8', 'address', 'uint256', 'uint256', 'bytes'], [0, to, 0n, BigInt(size(data)), data]);
