import { type Effect, type FailureClass, type FailureDetails, type FailureType, failures } from './failures.js';

interface FailureOptions {
  /** Default `none`. */
  readonly effect?: Effect;
  /** In place of the remedy of the table, where more is known. */
  readonly remedy?: string;
  readonly status?: number;
  readonly code?: string;
  readonly requestId?: string;
  /** How long the other side asked to wait before the next attempt, in milliseconds. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/**
 * The one error that the engine throws on purpose. Its type is a name of the table in `failures.ts`, its message says
 * what happened (never a secret, never the input), its details say whether anything took effect and what to do.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly details: FailureDetails;
  readonly retryAfter: number | undefined;

  constructor(
    readonly type: FailureType,
    message: string,
    { effect = 'none', remedy = failures[type].remedy, retryAfter, cause, ...answer }: FailureOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.details = { effect, remedy, ...answer };
    this.retryAfter = retryAfter;
  }

  get class(): FailureClass {
    return failures[this.type].class;
  }
}
