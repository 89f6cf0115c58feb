import type { Client } from '@temporalio/client';
import type { CvmDescription } from '../model/activities.js';
import { changeOf, cvmOf } from '../model/cvmId.js';
import type { UpdateRequestInput } from '../model/updateRequest.js';
import { Change } from './change.js';
import { inspectCvm } from './inspectCvm.js';
import { type ChangeFilter, type ChangeSummary, listChanges } from './listChanges.js';
import { startUpdate } from './startUpdate.js';

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
  async updateCvm(request: UpdateRequestInput): Promise<Change> {
    const { change, runId } = await startUpdate(this.session, request);
    return new Change(this.session, change, runId);
  }

  /**
   * A change by its name, which is its workflow id (`cvm-<vm_uuid>`), or by the vm_uuid of its CVM.
   *
   * @param runId which of the CVM's changes; default: the newest
   */
  change(name: string, runId?: string): Change {
    const cvmId = cvmOf(name);
    return new Change(this.session, cvmId ? changeOf(cvmId) : name, runId);
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

  async close(): Promise<void> {
    await this.session.client.connection.close();
  }
}
