import { notSimulated } from '../answers/errors.js';
import { addressedCvm } from '../server/addressedCvm.js';
import type { Endpoint } from '../server/endpoint.js';

/**
 * GET /cvms/{cvm_id}/state, immediate mode [OpenAPI handle_get_cvm_state; fields: SDK CvmStateSchema, facts §4].
 * Fields without a value are left out, because the SDK fails on null there. The stream that ?target= asks for is not simulated.
 */
export const getCvmState: Endpoint = {
  name: 'getCvmState',
  method: 'GET',
  path: '/cvms/:cvmId/state',
  authenticated: true,
  handle(call, cloud) {
    const cvm = addressedCvm(call, cloud);
    if (call.query.has('target')) {
      throw notSimulated('the event stream of GET /cvms/{id}/state?target=');
    }
    return {
      status: 200,
      body: {
        id: cvm.hashId,
        instance_id: cvm.instanceId,
        name: cvm.name,
        status: cvm.status,
        ...(cvm.status === 'updating' ? { boot_progress: 'booting' } : {}),
        ...(cvm.bootError === undefined ? {} : { boot_error: cvm.bootError }),
      },
    };
  },
};
