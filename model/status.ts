import type { CvmId } from './cvmId.js';
import type { CreatedCvm } from './descriptions.js';
import type { Effect, FailureType } from './failures.js';
import type { HashCheck } from './hashCheck.js';
import type { Address, ComposeHash } from './hex.js';
import type { ChangeKind } from './kinds.js';
import type { Announceable } from './notification.js';
import type { CoursePhase, EndPhase, Phase } from './phases.js';
import type { Policy } from './policy.js';
import type { Proposal, Registration } from './registration.js';

/** One line of a change's record: what happened, when, and who did it. */
export interface ChangeEvent {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** One sentence for people. */
  readonly what: string;
  /** The sender of a message; null where the engine itself did it. */
  readonly by: string | null;
  readonly reason: string | null;
}

/** Why a change waits for an operator. */
export interface Blockage {
  readonly phase: CoursePhase;
  readonly failure: FailureType;
  readonly message: string;
  readonly remedy: string;
  /** Whether what failed took effect. */
  readonly effect: Effect;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** How a change is to end that is withdrawn: before its commit, or once it is certain that this did nothing. */
export interface Withdrawal {
  readonly phase: Extract<EndPhase, 'rejected' | 'cancelled' | 'expired'>;
  /** One sentence: by whom, and why. */
  readonly summary: string;
}

/** The whole state of a change, as the query `status` answers it. Times are ISO 8601 in UTC. */
export interface ChangeStatus {
  /** The workflow id. */
  readonly change: string;
  readonly runId: string;
  readonly kind: ChangeKind;
  phase: Phase;
  /** What is awaited, and from whom; null where nothing is. */
  awaiting: string | null;
  /** The CVM that is changed, or replicated; of a new CVM once it exists; null for a change of an app's allow-lists. */
  cvmId: CvmId | null;
  /** Of that CVM; of a new one as it was asked for. */
  cvmName: string | null;
  appId: Address | null;
  /** The CVM that the change has made: a replica or a new one. */
  created: CreatedCvm | null;
  readonly requestedBy: string;
  readonly reason: string | null;
  readonly policy: Policy;
  readonly startedAt: string;
  deadline: string;
  paused: boolean;
  /** `onChain`: prepare, register, commit. `direct`: applied at once. Null until the CVM was described. */
  route: 'onChain' | 'direct' | null;
  /** What the CVM (of a replica: the source) ran when the change was planned. */
  baseComposeHash: ComposeHash | null;
  /** What it is to run. */
  composeHash: ComposeHash | null;
  hashCheck: HashCheck | null;
  recomputedHash: ComposeHash | null;
  /** What is changed, in a few lines for those who sign; empty until it was prepared. */
  changes: readonly string[];
  proposal: Proposal | null;
  /** How often the change was prepared, and when last. */
  preparations: number;
  preparedAt: string | null;
  /** About when the commit token expires: 14 days after the last preparation. The API does not say. */
  tokenExpiresAt: string | null;
  registration: Registration | null;
  correlationId: string | null;
  blocked: Blockage | null;
  /** What people are told of, and reminded of while it lasts, with its delivery id and its beginning. Null: nothing. */
  wait: { readonly what: Announceable; readonly deliveryId: string; readonly since: string } | null;
  /** A cancellation or rejection that was accepted and not carried out yet. */
  withdrawal: Withdrawal | null;
  /** The newest 100 lines of the record. */
  events: ChangeEvent[];
}

/** How a change ended: the result of its workflow. */
export interface ChangeResult {
  readonly change: string;
  readonly runId: string;
  readonly kind: ChangeKind;
  readonly phase: Exclude<EndPhase, 'failed'>;
  readonly cvmId: CvmId | null;
  readonly appId: Address | null;
  /** The CVM that the change has made; null where it makes none. */
  readonly created: CreatedCvm | null;
  readonly composeHash: ComposeHash | null;
  readonly transactionHash: string | null;
  readonly correlationId: string | null;
  /** One sentence: how it came to this end. */
  readonly summary: string;
}
