import type { Effect, FailureType } from '../model/failures.js';
import type { ChangeKind } from '../model/kinds.js';

interface ErrorDetails {
  readonly effect: Effect;
  readonly remedy: string;
  readonly cause?: unknown;
}

/** What every error of this client has in common: what happened, whether anything took effect, what to do. */
export class CountersignError extends Error {
  /** Whether what was asked for took effect. */
  readonly effect: Effect;
  /** What the caller can do. */
  readonly remedy: string;

  constructor(message: string, { effect, remedy, cause }: ErrorDetails) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.effect = effect;
    this.remedy = remedy;
  }
}

/** Thrown before anything was sent, where a request or a message is not valid. The message names the fields. */
export class InvalidInputError extends CountersignError {
  constructor(message: string) {
    super(message, { effect: 'none', remedy: 'Correct the fields that the message names.' });
  }
}

/** The change that keeps a CVM, a name or an app's allow-lists busy. */
export interface Holder {
  readonly change: string;
  readonly runId: string;
  /** Null where somebody started the workflow without saying. */
  readonly kind: ChangeKind | null;
  readonly phase: string;
  readonly requestedBy: string | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/**
 * Thrown where another change is under way: of the same CVM, of the allow-lists of the same app, or a new CVM of the
 * same name. Wait for its end, or talk to who requested it.
 */
export class ChangeInProgressError extends CountersignError {
  constructor(readonly holder: Holder) {
    const { change, kind, phase, requestedBy, startedAt } = holder;
    const what = `${change}${kind ? ` (${kind})` : ''}`;
    const who = requestedBy ? `requested by ${requestedBy}` : 'requested';
    super(`Another change is under way: ${what}, ${who} at ${startedAt}, is ${phase}.`, {
      effect: 'none',
      remedy: `Wait until it has ended (countersign watch ${change}), or have it cancelled.`,
    });
  }
}

/** Thrown where no change of that name is known to this namespace. */
export class ChangeNotFoundError extends CountersignError {
  constructor(readonly change: string) {
    super(`There is no change ${change} in this namespace.`, {
      effect: 'none',
      remedy: 'Check the name and the namespace; countersign list shows what there is.',
    });
  }
}

/** Thrown where a change did not accept a message. It goes on as before. `type` names the reason. */
export class MessageRefusedError extends CountersignError {
  constructor(
    readonly type: FailureType,
    message: string,
    remedy: string,
  ) {
    super(message, { effect: 'none', remedy });
  }
}

/** Thrown by `result()` where a change failed. `type` names the reason. */
export class ChangeFailedError extends CountersignError {
  constructor(
    readonly change: string,
    readonly type: FailureType | 'Terminated',
    message: string,
    details: ErrorDetails,
  ) {
    super(message, details);
  }
}

/** Thrown where something that an operator has to put right keeps the engine from answering, such as a wrong API key. */
export class EngineFailureError extends CountersignError {
  constructor(
    readonly type: FailureType,
    message: string,
    details: ErrorDetails,
  ) {
    super(message, details);
  }
}

/** Thrown where Temporal cannot be reached, or does not let this client in. */
export class TemporalUnreachableError extends CountersignError {
  constructor(address: string, cause: unknown, effect: Effect = 'unknown') {
    super(`Temporal does not answer at ${address}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      effect,
      remedy: 'Check TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the credentials; try again.',
      cause,
    });
  }
}

/** Thrown where Temporal answers but no worker does. What was sent may still be taken up when one comes. */
export class NoWorkerError extends CountersignError {
  constructor(seconds: number) {
    super(`No worker answered within ${seconds} seconds.`, {
      effect: 'unknown',
      remedy: 'Start a worker (npm run worker), then look at the change: what was sent may have been taken up.',
    });
  }
}
