import type { CvmDescription, OperationMark, Preparation, UpdateAnswer } from '../model/activities.js';
import type { ComposeHash } from '../model/hex.js';
import type { Registration } from '../model/registration.js';
import type { Registrar } from '../model/updateRequest.js';

/** What a kind of change puts into the shared course. Each function is one activity. */
export interface Steps {
  /** Whether the change can need a registration at all. */
  readonly touchesComposeHash: boolean;
  readonly registrar: Registrar | 'auto';
  /** What the signers read first: "Update of my-app". */
  title(): string;
  describe(): Promise<CvmDescription>;
  request(cvm: CvmDescription, options: { readonly prepareOnly: boolean }): Promise<UpdateAnswer>;
  commit(input: CommitStep): Promise<{ readonly correlationId: string | null }>;
  follow(input: FollowStep): Promise<Followed>;
}

export interface CommitStep {
  readonly preparation: Preparation;
  readonly registration: Registration;
  /** What the CVM ran when this was prepared. */
  readonly base: ComposeHash | null;
  /** The newest operation before the change touched anything. */
  readonly since: OperationMark;
  readonly mayHaveBeenSent: boolean;
}

export interface FollowStep {
  readonly correlationId: string | null;
  readonly composeHash: ComposeHash | null;
  readonly since: OperationMark;
}

export interface Followed {
  readonly correlationId: string | null;
  readonly composeHash: ComposeHash | null;
}
