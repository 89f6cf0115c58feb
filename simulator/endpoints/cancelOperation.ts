import { addressedCvm } from '../server/addressedCvm.js';
import type { Endpoint } from '../server/endpoint.js';
import { runningOperation } from '../state/cvm.js';
import { assertCancellable, cancelOperation as cancel } from '../updates/cancelOperation.js';

/**
 * POST /cvms/{cvm_id}/operations/cancel [OpenAPI: CancelOperationRequest is the shape of the ANSWER; "Operation cancelled
 * or no operation to cancel"; 409 for a type that cannot be cancelled].
 */
export const cancelOperation: Endpoint = {
  name: 'cancelOperation',
  method: 'POST',
  path: '/cvms/:cvmId/operations/cancel',
  authenticated: true,
  handle(call, cloud) {
    const cvm = addressedCvm(call, cloud);
    const running = runningOperation(cvm);
    if (running !== undefined) {
      assertCancellable(running);
    }
    const cancelled = cancel(cloud, cvm);
    return {
      status: 200,
      body: { cancelled: cancelled !== undefined, correlation_id: cancelled?.correlationId ?? null },
    };
  },
};
