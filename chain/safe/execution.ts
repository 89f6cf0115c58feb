import { encodeFunctionData, zeroAddress } from 'viem';
import { Failure } from '../../model/failure.js';
import type { Address, Hex } from '../../model/hex.js';
import { describeSigned, isSigned, type SafeSigning } from '../../model/safe.js';
import { safeAbi } from '../contracts.js';
import { encodeSignatures } from './encodeSignatures.js';

/** A call that anyone may make: `execTransaction` of a Safe, with the signatures of its owners. */
export interface Execution {
  readonly to: Address;
  readonly data: Hex;
}

/** @throws Failure SignaturesMissing, NotSignable */
export function executionOf(safe: SafeSigning): Execution {
  const { address, transaction, signatures, threshold } = safe;
  if (transaction === null) throw new Failure('NotSignable', 'The form of the transaction is not known.');
  if (!isSigned(safe)) throw new Failure('SignaturesMissing', `${describeSigned(safe)}.`);
  const { to, data, operation } = transaction;
  // The Safe looks at as many as are needed; more of them cost gas.
  const given = encodeSignatures(signatures.slice(0, threshold));
  const operationCode = operation === 'call' ? 0 : 1;
  return {
    to: address,
    data: encodeFunctionData({
      abi: safeAbi,
      functionName: 'execTransaction',
      args: [to, 0n, data, operationCode, 0n, 0n, 0n, zeroAddress, zeroAddress, given],
    }),
  };
}
