import { operationStatus } from '../answers/operations.js';
import { addressedCvm } from '../server/addressedCvm.js';
import type { Endpoint } from '../server/endpoint.js';
import { runningOperation } from '../state/cvm.js';

/** GET /cvms/{cvm_id}/operation-status. */
export const getOperationStatus: Endpoint = {
  name: 'getOperationStatus',
  method: 'GET',
  path: '/cvms/:cvmId/operation-status',
  authenticated: true,
  handle(call, cloud) {
    return { status: 200, body: operationStatus(runningOperation(addressedCvm(call, cloud))) };
  },
};
