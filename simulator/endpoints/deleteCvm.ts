import { addressedCvm } from '../server/addressedCvm.js';
import type { Endpoint } from '../server/endpoint.js';
import { removeCvm } from '../simulatedCvm.js';

/** DELETE /cvms/{cvm_id} [OpenAPI handle_remove_cvm: 204 "Deletion initiated"]. Chosen: it is done by the time of the answer. */
export const deleteCvm: Endpoint = {
  name: 'deleteCvm',
  method: 'DELETE',
  path: '/cvms/:cvmId',
  authenticated: true,
  handle(call, cloud) {
    removeCvm(cloud, addressedCvm(call, cloud));
    return { status: 204, body: undefined };
  },
};
