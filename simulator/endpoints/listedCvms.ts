import { cvmInfo } from '../answers/cvmInfo.js';
import { hostedCvm } from '../answers/cvmInfo20251028.js';
import type { Call } from '../server/endpoint.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm } from '../state/cvm.js';
import { cvmView } from './cvmView.js';

/** CVMs as items of a list: OpenAPI HostedCvm or v20260121 CVMInfo, by version. */
export async function listedCvms(call: Call, cloud: Cloud, cvms: readonly Cvm[]): Promise<unknown[]> {
  return await Promise.all(
    cvms.map(async (cvm) => {
      const view = await cvmView(call, cloud, cvm);
      return call.apiVersion === '2025-10-28' ? hostedCvm(cvm, view) : cvmInfo(cvm, view);
    }),
  );
}
