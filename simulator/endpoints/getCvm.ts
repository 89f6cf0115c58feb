import { cvmInfoDetail } from '../answers/cvmInfo.js';
import { cvmBasicInfo } from '../answers/cvmInfo20251028.js';
import { addressedCvm } from '../server/addressedCvm.js';
import type { Endpoint } from '../server/endpoint.js';
import { cvmView } from './cvmView.js';

/** GET /cvms/{cvm_id} [OpenAPI handle_get_cvm: CvmBasicInfo or CVMInfoDetail, by version]. */
export const getCvm: Endpoint = {
  name: 'getCvm',
  method: 'GET',
  path: '/cvms/:cvmId',
  authenticated: true,
  async handle(call, cloud) {
    const cvm = addressedCvm(call, cloud);
    const view = await cvmView(call, cloud, cvm);
    return { status: 200, body: call.apiVersion === '2025-10-28' ? cvmBasicInfo(cvm, view) : cvmInfoDetail(cvm, view) };
  },
};
