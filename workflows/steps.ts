import type { Registrar } from '../model/changeRequest.js';
import type { Target } from '../model/descriptions.js';
import type { ComposeHash } from '../model/hex.js';
import type { Applied, Preparation, RequestAnswer } from '../model/phalaActivities.js';
import type { Registration } from '../model/registration.js';

/** How the signers are asked. */
export interface Asking {
  readonly registrar: Registrar | 'auto';
  /** What the signers read first: "Update of my-app". */
  title(): string;
}

/** What a kind of change puts into the shared course. Each function but the first two is one activity. */
export interface Steps<T extends Target> extends Asking {
  /** Whether the API applies the change at once: then there is nothing to prepare and nothing to register. */
  isDirect(target: T): boolean;
  /** Whether what was prepared is what the target runs already: then an earlier commit took effect. */
  runsAlready(target: T): boolean;
  describe(): Promise<T>;
  request(input: RequestStep<T>): Promise<RequestAnswer>;
  commit(input: CommitStep<T>): Promise<Applied>;
  /** Looks for what a request or a commit that may have been sent has set going. Null: nothing. */
  look(input: LookStep<T>): Promise<Applied | null>;
  follow(input: FollowStep<T>): Promise<Followed>;
}

/** The newest look at what the change is about, and the one from before the change touched anything. */
export interface Looks<T extends Target> {
  readonly target: T;
  readonly first: T;
}

export interface RequestStep<T extends Target> extends Looks<T> {
  readonly prepareOnly: boolean;
  /** Whether this very request may have been sent before. */
  readonly mayHaveBeenSent: boolean;
}

export interface CommitStep<T extends Target> extends Looks<T> {
  readonly preparation: Preparation;
  /** Null where no chain governs the app. */
  readonly registration: Registration | null;
  /** What the CVM ran when this was prepared. */
  readonly base: ComposeHash | null;
  readonly mayHaveBeenSent: boolean;
}

export interface LookStep<T extends Target> extends Looks<T> {
  /** What was to be committed; null where it was to be applied at once. */
  readonly composeHash: ComposeHash | null;
  /** What the CVM ran when this was prepared. */
  readonly base: ComposeHash | null;
}

export interface FollowStep<T extends Target> extends Looks<T> {
  readonly applied: Applied;
  readonly composeHash: ComposeHash | null;
}

export interface Followed {
  readonly correlationId: string | null;
  readonly composeHash: ComposeHash | null;
}
