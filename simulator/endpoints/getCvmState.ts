import { z } from 'zod';
import { cvmState } from '../answers/cvmState.js';
import { addressedCvm } from '../server/addressedCvm.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseQuery, queryInteger } from '../server/parse.js';
import { stateStream } from './stateStream.js';

const querySchema = z.object({
  target: z.string().default(''),
  interval: queryInteger(5, 5, 30),
  timeout: queryInteger(300, 10, 600),
});

/**
 * GET /cvms/{cvm_id}/state [OpenAPI handle_get_cvm_state]: at once, or with ?target= as a stream of events until the CVM
 * has that status. An empty target counts as none (chosen).
 */
export const getCvmState: Endpoint = {
  name: 'getCvmState',
  method: 'GET',
  path: '/cvms/:cvmId/state',
  authenticated: true,
  handle(call, cloud) {
    const watch = parseQuery(call, querySchema);
    const cvm = addressedCvm(call, cloud);
    return { status: 200, body: watch.target === '' ? cvmState(cvm) : stateStream(cloud, cvm, watch) };
  },
};
