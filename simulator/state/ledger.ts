import type { Hex } from 'viem';

/** A commit that took effect: configuration saved AND operation started. One entry for each, never more or fewer. */
export interface EffectiveCommit {
  /** The CVM's uuid, with dashes. */
  readonly cvmId: string;
  /** Hash of the configuration that was saved; 32 bytes with 0x. */
  readonly composeHash: Hex;
  readonly correlationId: string;
  /** Whether the update allowed to stop the VM hard. */
  readonly forceStop: boolean;
  /** By token (commit-update), by headers (PATCH with X-Compose-Hash), or direct (PATCH applied at once). */
  readonly via: 'token' | 'headers' | 'direct';
  /** As the caller gave it; undefined where none was given. */
  readonly transactionHash: string | undefined;
  readonly at: Date;
}

/** One CVM that came into being through the API: one entry for each, never more or fewer. */
export interface Creation {
  readonly kind: 'provision' | 'replica';
  /** The new CVM's uuid, with dashes. */
  readonly vmUuid: string;
  /** The CVM that it was replicated from. */
  readonly sourceVmUuid: string | undefined;
  /** 32 bytes with 0x. */
  readonly composeHash: Hex;
  readonly nodeId: number;
  /** By token (commit-replica), or at once by the request itself. */
  readonly via: 'token' | 'direct';
  /** As the caller gave it; undefined where none was given. */
  readonly transactionHash: string | undefined;
  readonly correlationId: string;
  readonly at: Date;
}

/** One phase 1: every 465 that planned an update or a replica, with the token it issued, if it issued one. */
export interface LedgerPreparation {
  readonly kind: 'update' | 'replica';
  /** The CVM to be updated, or the source of the replica. */
  readonly cvmId: string;
  readonly composeHash: Hex;
  readonly token: string | undefined;
  /** Whether X-Prepare-Only asked for it. */
  readonly prepareOnly: boolean;
  readonly preparedAt: Date;
  readonly expiresAt: Date;
  supersededAt: Date | undefined;
  usedAt: Date | undefined;
}

/** One request. Path template instead of path and query, and no body: both may carry a token. */
export interface LoggedRequest {
  readonly at: Date;
  readonly method: string;
  readonly endpoint: string;
  /** e.g. "/api/v1/cvms/:cvmId". */
  readonly route: string;
  /** The CVM it was about, where it could be told. */
  readonly cvmId: string | undefined;
  /** HTTP status of the answer as sent; or how the connection ended without one. */
  readonly status: number | 'reset' | 'hung' | 'cut';
  /** HTTP status that the endpoint itself came to; undefined if a fault kept the request from it. */
  readonly outcome: number | undefined;
  readonly apiVersion: string;
  readonly requestId: string;
}

/** The ledger without the means to write into it. */
export type LedgerReader = Omit<Ledger, 'recordCommit' | 'recordCreation' | 'recordPreparation' | 'recordRequest'>;

/** What happened, for tests to judge by. Lists are oldest first and live: they grow as things happen. */
export class Ledger {
  readonly #commits: EffectiveCommit[] = [];
  readonly #creations: Creation[] = [];
  readonly #preparations: LedgerPreparation[] = [];
  readonly #requests: LoggedRequest[] = [];

  get effectiveCommits(): readonly EffectiveCommit[] {
    return this.#commits;
  }

  get creations(): readonly Creation[] {
    return this.#creations;
  }

  get preparations(): readonly LedgerPreparation[] {
    return this.#preparations;
  }

  get requests(): readonly LoggedRequest[] {
    return this.#requests;
  }

  /** Every commit token ever issued. */
  get tokens(): readonly string[] {
    return this.#preparations.flatMap(({ token }) => token ?? []);
  }

  commitsOf(cvmId: string): readonly EffectiveCommit[] {
    return this.#commits.filter((commit) => commit.cvmId === cvmId);
  }

  recordCommit(commit: EffectiveCommit): void {
    this.#commits.push(commit);
  }

  recordCreation(creation: Creation): void {
    this.#creations.push(creation);
  }

  recordPreparation(
    preparation: Pick<LedgerPreparation, 'composeHash' | 'token' | 'preparedAt' | 'expiresAt'> & { vmUuid: string },
    { kind, prepareOnly }: Pick<LedgerPreparation, 'kind' | 'prepareOnly'>,
  ): LedgerPreparation {
    const record: LedgerPreparation = {
      kind,
      cvmId: preparation.vmUuid,
      composeHash: preparation.composeHash,
      token: preparation.token,
      prepareOnly,
      preparedAt: preparation.preparedAt,
      expiresAt: preparation.expiresAt,
      supersededAt: undefined,
      usedAt: undefined,
    };
    this.#preparations.push(record);
    return record;
  }

  recordRequest(request: LoggedRequest): void {
    this.#requests.push(request);
  }
}
