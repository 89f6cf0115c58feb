import type { Told } from '../play/played.js';
import type { Sent } from '../play/run.js';
import type { Schedule } from '../schedule/schedule.js';
import type { ChainEvent } from '../world/chainJournal.js';

/**
 * All that the checker looks at: what the simulated cloud did, what the chain ever said, what Temporal keeps, and what
 * the caller was told. Nothing of it is the engine's own state. Moments are milliseconds of this machine's clock.
 */
export interface Evidence {
  readonly schedule: Schedule;
  readonly told: Told | null;
  readonly stuckAt: string | null;
  readonly sent: readonly Sent[];
  /** Updates of the CVM that took effect. */
  readonly commits: readonly CommitSeen[];
  /** CVMs that came into being for this change. */
  readonly creations: readonly CreationSeen[];
  /** What the API planned for this change: what was planned, and when. */
  readonly preparations: readonly { readonly composeHash: string; readonly at: number }[];
  /** Moments at which the engine asked the API to commit, whatever became of it. */
  readonly commitRequests: readonly number[];
  /** What runs in the CVM now; null where it never ran, or is not there. */
  readonly booted: string | null;
  /** What the contracts said about the app of this change, or about its hash where the app did not exist before. */
  readonly chain: readonly ChainEvent[];
  /** Entries of the allow-lists that were asked for. */
  readonly entries: readonly Pick<ChainEvent, 'name' | 'value'>[];
  /** A replica on another node: that node's device, which has to be allowed first. */
  readonly device: string | null;
  readonly execution: ExecutionSeen | null;
}

export interface CommitSeen {
  readonly composeHash: string;
  readonly via: 'token' | 'headers' | 'direct';
  readonly at: number;
  /** By somebody else than the engine. */
  readonly theirs: boolean;
}

export interface CreationSeen {
  readonly vmUuid: string;
  readonly name: string;
  readonly app: string;
  readonly composeHash: string;
  readonly at: number;
  readonly booted: string | null;
}

/** What Temporal knows of the workflow. */
export interface ExecutionSeen {
  readonly running: boolean;
  readonly pendingActivities: number;
  /** Failures of workflow tasks that are no accident: bugs, and code that does not replay. */
  readonly taskFailures: readonly string[];
  /** Names of secrets that stand in the history. */
  readonly secrets: readonly string[];
}

/** Something that must not be. */
export interface Violation {
  /** Which rule of the checker, in one word. */
  readonly rule: string;
  readonly expected: string;
  readonly seen: string;
}
