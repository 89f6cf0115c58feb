import { ApplicationFailure } from '@temporalio/workflow';
import { Failure } from '../model/failure.js';

/**
 * Runs a check whose refusal goes to a caller. Handlers and starts throw `ApplicationFailure` only: anything else would
 * block the workflow.
 */
export function refusing<Result>(check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    throw error instanceof Failure ? refusal(error) : error;
  }
}

/** A failure as the answer to a caller. */
export const refusal = ({ message, type, details }: Failure): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, type, details);
