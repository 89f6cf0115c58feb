import {
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, TerminatedFailure } from '@temporalio/common';
import { type FailureDetails, type FailureType, isFailureType, readFailureDetails } from '../model/failures.js';
import {
  ChangeFailedError,
  ChangeNotFoundError,
  CountersignError,
  MessageRefusedError,
  NoWorkerError,
  TemporalUnreachableError,
} from './errors.js';
import { grpcErrorOf, wasLeftAlone } from './grpcError.js';

interface Circumstances {
  readonly address: string;
  readonly change: string;
  /** Seconds that a worker was given to answer. */
  readonly patience: number;
}

/** The error of this client that an error of Temporal's client stands for. What it does not know stays as it is. */
export function translate(error: unknown, { address, change, patience }: Circumstances): unknown {
  if (error instanceof CountersignError) return error;
  if (error instanceof WorkflowNotFoundError) return new ChangeNotFoundError(change);
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return new NoWorkerError(patience);
  if (error instanceof WorkflowUpdateFailedError) {
    const named = namedFailure(error.cause);
    return named ? new MessageRefusedError(named.type, named.message, named.details.remedy) : error;
  }
  if (error instanceof WorkflowFailedError) return failedChange(error, change);
  const grpc = grpcErrorOf(error);
  if (grpc === null) return error;
  return wasLeftAlone(error) ? new NoWorkerError(patience) : new TemporalUnreachableError(address, grpc);
}

function failedChange(error: WorkflowFailedError, change: string): unknown {
  const named = namedFailure(error.cause);
  if (named) {
    return new ChangeFailedError(change, named.type, named.message, named.details);
  }
  if (error.cause instanceof TerminatedFailure) {
    return new ChangeFailedError(change, 'Terminated', `The change ${change} was terminated from outside.`, {
      effect: 'unknown',
      remedy: 'Look at the CVM and its operations before you request a new change.',
    });
  }
  return error;
}

/** The engine's own failure inside one of Temporal's; null where it is another. */
export function namedFailure(
  error: unknown,
): { readonly type: FailureType; readonly message: string; readonly details: FailureDetails } | null {
  if (!(error instanceof ApplicationFailure) || !isFailureType(error.type)) return null;
  const { type, message } = error;
  return { type, message, details: readFailureDetails(error.details?.[0], type) };
}
