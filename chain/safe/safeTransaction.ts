import { concat, encodeFunctionData, encodePacked, parseAbi, size } from 'viem';
import type { Address, Hex } from '../../model/hex.js';
import type { ContractCall } from '../../model/registration.js';
import type { SafeTransaction } from '../../model/safe.js';

const multiSendAbi = parseAbi(['function multiSend(bytes transactions) payable']);

type Call = Pick<ContractCall, 'to' | 'data'>;

/** Whether the engine knows how the owners of such a Safe sign: from 1.3.0 on the chain id is part of it. */
export function isSignable(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 3);
}

/**
 * The one transaction of a Safe that makes the calls, in the form that the Safe app gives it: one call as it is, several
 * through MultiSendCallOnly, which makes all of them or none.
 *
 * @param multiSend null where there is none that may be used
 * @returns null where there is no call, or no way to make several
 */
export function safeTransactionFor(
  calls: readonly Call[],
  { nonce, multiSend }: { readonly nonce: number; readonly multiSend: Address | null },
): SafeTransaction | null {
  const [call, ...more] = calls;
  if (!call) return null;
  if (more.length === 0) return { to: call.to, data: call.data, operation: 'call', nonce };
  if (multiSend === null) return null;
  const data = encodeFunctionData({ abi: multiSendAbi, functionName: 'multiSend', args: [concat(calls.map(packed))] });
  return { to: multiSend, data, operation: 'delegateCall', nonce };
}

/** Operation 0 is a call: MultiSendCallOnly takes no other. */
const packed = ({ to, data }: Call): Hex =>
  encodePacked(['uint8', 'address', 'uint256', 'uint256', 'bytes'], [0, to, 0n, BigInt(size(data)), data]);
