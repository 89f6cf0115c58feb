import { operationNotCancellable } from '../answers/errors.js';
import type { Cloud } from '../state/cloud.js';
import { type Cvm, runningOperation } from '../state/cvm.js';
import type { Operation, OperationType } from '../state/operation.js';

/** Chosen: a VM whose image or whose whole existence is in the making cannot be left in between. */
const CANCELLABLE: readonly OperationType[] = ['compose_update', 'resize'];

/** 409 for an operation that cannot be cancelled. */
export function assertCancellable({ type }: Operation): void {
  if (!CANCELLABLE.includes(type)) {
    throw operationNotCancellable();
  }
}

/**
 * Ends the running operation, if there is one: "revokes the Celery task and clears the operation lock" [OpenAPI
 * cancel_cvm_operation].
 *
 * Chosen: that is all. The configuration stays as the commit saved it, and the VM goes on with what it booted last, so
 * what is saved and what runs differ until the next update. The operation counts as failed, as OpenAPI's
 * CvmOperationResponse has no other word for it.
 */
export function cancelOperation(cloud: Cloud, cvm: Cvm): Operation | undefined {
  const operation = runningOperation(cvm);
  if (operation !== undefined) {
    operation.outcome = {
      status: 'failed',
      errorMessage: 'Operation cancelled by user',
      cancelledAt: cloud.clock.now(),
    };
    cvm.status = cvm.booted === undefined ? 'error' : 'running';
  }
  return operation;
}
