import type { Effect } from '../../model/failures.js';
import type { EndPhase } from '../../model/phases.js';
import type { Schedule } from '../schedule/schedule.js';
import type { Sent } from './run.js';
import type { Subject } from './subject.js';

/** What the caller of a change was told at its end. */
export interface Told {
  readonly phase: EndPhase;
  readonly composeHash: string | null;
  /** The CVM that was made, by its vm_uuid. */
  readonly created: string | null;
  readonly summary: string;
  readonly failure: { readonly type: string; readonly effect: Effect } | null;
}

/** A schedule that was played, as everybody outside of the engine saw it. */
export interface Played {
  readonly schedule: Schedule;
  readonly subject: Subject;
  /** Null where it could not even be started. */
  readonly change: { readonly id: string; readonly runId: string } | null;
  /** Null where it did not end in time. */
  readonly told: Told | null;
  /** What it was waiting for when it was given up. */
  readonly stuckAt: string | null;
  readonly sent: readonly Sent[];
  /** Correlation ids of what somebody else did to the CVM. */
  readonly theirs: ReadonlySet<string>;
  /** Requests to the API that met a fault. */
  readonly apiFaults: number;
  readonly milliseconds: number;
}
