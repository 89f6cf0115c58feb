import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import { type Decision, decide } from '../model/decisions.js';
import {
  type FailureDetails,
  type FailureType,
  failures,
  isFailureType,
  readFailureDetails,
} from '../model/failures.js';

/** A step of the course that failed for a reason which has a name, with what the course does about it. */
export class StepFailure extends Error {
  constructor(
    readonly type: FailureType,
    message: string,
    readonly details: FailureDetails,
  ) {
    super(message);
  }

  /** One that the workflow itself finds: nothing took effect. */
  static of(type: FailureType, message: string): StepFailure {
    return new StepFailure(type, message, { effect: 'none', remedy: failures[type].remedy });
  }

  /**
   * Whether it passes by itself. Such a one is tried again, and reaches the workflow only where that was called off, or
   * the time for it was up: it says nothing of what was asked for.
   */
  get passes(): boolean {
    const kind = failures[this.type].class;
    return kind === 'transient' || kind === 'pending';
  }

  decide(circumstances: { registered: boolean }): Decision {
    return decide(failures[this.type].class, circumstances);
  }

  /** As the end of a workflow, or the answer to a message. */
  toApplicationFailure(): ApplicationFailure {
    return ApplicationFailure.nonRetryable(this.message, this.type, this.details);
  }
}

/** The named failure behind what an activity threw; null where it is something else, such as a cancellation. */
export function stepFailureOf(error: unknown): StepFailure | null {
  if (error instanceof StepFailure) return error;
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof ApplicationFailure) || !isFailureType(cause.type)) return null;
  return new StepFailure(cause.type, cause.message, readFailureDetails(cause.details?.[0], cause.type));
}
