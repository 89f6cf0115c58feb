import type { Subject } from './subject.js';

/** One update under way. */
export interface Undertaken {
  /** Comes back when nothing is left to do but to be told of the registration, or to see it. */
  untilWaiting(): Promise<void>;
  /** Tells it of the registration by a signal: nobody waits for an answer. */
  tell(transactionHash: `0x${string}`): Promise<void>;
  untilEnded(): Promise<void>;
}

export interface Asked {
  readonly dockerComposeFile: string;
  /** Whether the registration is still to come. */
  readonly unregistered: boolean;
}

/** One of the two that are compared. */
export interface Side {
  start(subject: Pick<Subject, 'cvm'>, asked: Asked): Promise<Undertaken>;
}

/** The engine, and the bare workflow that makes the same calls and no more. */
export interface Sides {
  readonly ours: Side;
  readonly baseline: Side;
}

export type SideName = keyof Sides;
