import { BaseError, ContractFunctionRevertedError, ContractFunctionZeroDataError, ExecutionRevertedError } from 'viem';
import { Failure } from '../model/failure.js';

/**
 * The failure behind an error of viem. What a node says in passing (an outage, a limit, a lagging block) is transient;
 * a contract that is not there or does not answer is for an operator. viem's messages repeat URLs, which hold API keys:
 * only its short messages are passed on.
 */
export function rpcFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof BaseError)) throw error;
  if (error.walk((cause) => cause instanceof ContractFunctionZeroDataError)) {
    // No code at the address, or a node that lags behind the deployment (on-chain.md §4).
    return new Failure('AppContractMissing', 'The address has no contract that answers on this chain.', {
      cause: error,
    });
  }
  if (isRevert(error)) {
    return new Failure('AppContractUnknown', `The contract reverted a read: ${shortMessage(error)}`, { cause: error });
  }
  if (isUnreadable(error)) {
    return new Failure('AppContractUnknown', `The contract answered in another shape: ${shortMessage(error)}`, {
      cause: error,
    });
  }
  return new Failure('ChainUnavailable', `The chain could not be read: ${shortMessage(error)}`);
}

/**
 * The contract's own word is a revert with data, or an error that says so: nodes answer a contract that lacks a function
 * with "execution reverted" and no data. -32603 comes dressed as a revert, too, and is none (on-chain.md §4).
 */
const isRevert = (error: BaseError): boolean =>
  error.walk(
    (cause) =>
      (cause instanceof ContractFunctionRevertedError && cause.raw !== undefined) ||
      cause instanceof ExecutionRevertedError,
  ) !== null;

/** Trying again would not make a readable answer of it. */
const unreadable: readonly string[] = [
  'AbiDecodingDataSizeTooSmallError',
  'InvalidBytesBooleanError',
  'PositionOutOfBoundsError',
  'SizeOverflowError',
];

const isUnreadable = (error: BaseError): boolean =>
  error.walk((cause) => cause instanceof Error && unreadable.includes(cause.name)) !== null;

/** For a read that a contract may refuse: null where it has no such function, or is not there; an outage is passed on. */
export function noAnswer(error: unknown): null {
  const failure = rpcFailure(error);
  if (failure.class === 'transient') throw failure;
  return null;
}

/** The deepest short message says what really happened; URLs are left out of it by viem, and cut here to be sure. */
function shortMessage(error: BaseError): string {
  const deepest = error.walk();
  const message = deepest instanceof BaseError ? deepest.shortMessage : error.shortMessage;
  return message.replace(/https?:\/\/\S+/g, '[url]').slice(0, 200);
}
