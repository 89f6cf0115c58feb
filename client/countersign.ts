import type { Client } from '@temporalio/client';
import type { AdoptRequestInput } from '../model/adoptRequest.js';
import type { AllowListRequestInput } from '../model/allowListRequest.js';
import type { CvmDescription } from '../model/descriptions.js';
import type { ChangeKind, ChangeRequestInput } from '../model/kinds.js';
import type { ProvisionRequestInput } from '../model/provisionRequest.js';
import type { ReplicateRequestInput } from '../model/replicateRequest.js';
import type { SealingKey } from '../model/sealedEnv.js';
import type { UpdateRequestInput } from '../model/updateRequest.js';
import { type Adoption, adoptUpdate } from './adoptUpdate.js';
import { Change } from './change.js';
import { changeNamed } from './changeName.js';
import { TemporalUnreachableError } from './errors.js';
import { inspectCvm } from './inspectCvm.js';
import type { ChangeSummary } from './changeSummary.js';
import { type ChangeFilter, listChanges } from './listChanges.js';
import { readSealingKey } from './readSealingKey.js';
import { startChange } from './startChange.js';

/** What the calls of this folder share. */
export interface Session {
  readonly client: Client;
  /** For messages only. */
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
}

/** The changes of one Temporal namespace: start them, find them, talk to them. */
export class Countersign {
  constructor(private readonly session: Session) {}

  /**
   * Starts an update of a CVM.
   *
   * With an `idempotencyKey`, a repeated call with the same key answers the change of the first one, whether it still
   * runs or has ended.
   *
   * @throws InvalidInputError before anything is sent; ChangeInProgressError naming the holder;
   *   TemporalUnreachableError
   */
  updateCvm(request: UpdateRequestInput): Promise<Change> {
    return this.start('update', request);
  }

  /**
   * Carries on an update that was prepared elsewhere: with Phala's command line or SDK, or in the dashboard. Its token
   * goes in sealed: see `sealToken`. Where an adopted update of the same compose hash runs already, that one is given the
   * token in place of its own.
   *
   * An `idempotencyKey` works as with updateCvm.
   *
   * @throws InvalidInputError before anything is sent; ChangeInProgressError naming the holder; MessageRefusedError where
   *   an adopted update of another compose hash runs; TemporalUnreachableError
   */
  adoptUpdate(request: AdoptRequestInput): Promise<Adoption> {
    return adoptUpdate(this.session, request);
  }

  /**
   * Starts a replication of a CVM: a second one of the same app, with its keys. The source stays as it is, but takes no
   * other change meanwhile. The result's `created` is the replica.
   *
   * An `idempotencyKey` works as with updateCvm.
   *
   * @throws InvalidInputError before anything is sent; ChangeInProgressError naming the holder;
   *   TemporalUnreachableError
   */
  replicateCvm(request: ReplicateRequestInput): Promise<Change> {
    return this.start('replicate', request);
  }

  /**
   * Starts a new CVM. With a KMS on chain its app contract is deployed first, unless the request names one that exists.
   * The result's `created` is the new CVM. Environment variables go in sealed: see `sealEnv`.
   *
   * An `idempotencyKey` works as with updateCvm.
   *
   * @throws InvalidInputError before anything is sent; ChangeInProgressError naming the holder, where a CVM of that name
   *   is being made; TemporalUnreachableError
   */
  provisionCvm(request: ProvisionRequestInput): Promise<Change> {
    return this.start('provision', request);
  }

  /**
   * Starts a change of an app's allow-lists: devices, compose hashes that are to go, and whether any device will do. All
   * steps are registered together; there is nothing to commit.
   *
   * An `idempotencyKey` works as with updateCvm.
   *
   * @throws InvalidInputError before anything is sent; ChangeInProgressError naming the holder;
   *   TemporalUnreachableError
   */
  changeAllowlist(request: AllowListRequestInput): Promise<Change> {
    return this.start('allowlist', request);
  }

  /**
   * A change by its name, which is its workflow id (`cvm-<vm_uuid>`, `provision-<name>`, `app-<40 hex digits>`), by the
   * vm_uuid of its CVM, or by its app id.
   *
   * @param runId which of the changes of that name; default: the newest
   */
  change(name: string, runId?: string): Change {
    return new Change(this.session, changeNamed(name), runId);
  }

  /** The changes of the namespace, newest first. */
  list(filter: ChangeFilter = {}): AsyncIterable<ChangeSummary> {
    return listChanges(this.session, filter);
  }

  /**
   * Looks at a CVM through a worker: what it runs, what governs it, and the key that its environment variables are
   * encrypted to.
   *
   * @param cvm vm_uuid, name, app id, or any other id that the API takes
   * @throws EngineFailureError, such as CvmNotFound; NoWorkerError
   */
  inspectCvm(cvm: string): Promise<CvmDescription> {
    return inspectCvm(this.session, cvm);
  }

  /**
   * The public key that environment variables of a new CVM are sealed to: see `sealEnv`. The workers of one deployment
   * share it.
   *
   * @throws EngineFailureError; NoWorkerError
   */
  sealingKey(): Promise<SealingKey> {
    return readSealingKey(this.session);
  }

  /**
   * Whether Temporal answers.
   *
   * @throws TemporalUnreachableError
   */
  async check(): Promise<void> {
    const { client, address, namespace } = this.session;
    try {
      await client.withDeadline(Date.now() + 2_000, () => client.workflowService.describeNamespace({ namespace }));
    } catch (error) {
      throw new TemporalUnreachableError(address, error, 'none');
    }
  }

  async close(): Promise<void> {
    await this.session.client.connection.close();
  }

  private async start<Kind extends ChangeKind>(kind: Kind, request: ChangeRequestInput<Kind>): Promise<Change> {
    const { change, runId } = await startChange(this.session, kind, request);
    return new Change(this.session, change, runId);
  }
}
