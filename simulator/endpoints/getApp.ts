import { app } from '../answers/app.js';
import { addressedApp } from '../server/addressedApp.js';
import type { Call, Endpoint } from '../server/endpoint.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm } from '../state/cvm.js';
import { cvmView } from './cvmView.js';

/** GET /apps/{app_id} [OpenAPI get_dstack_app: DstackAppFullResponse by version]. */
export const getApp: Endpoint = {
  name: 'getApp',
  method: 'GET',
  path: '/apps/:appId',
  authenticated: true,
  async handle(call, cloud) {
    return { status: 200, body: await appView(call, cloud, addressedApp(call, cloud)) };
  },
};

/** An app by its CVMs, as one answer shows it. */
export async function appView(call: Call, cloud: Cloud, [first, ...others]: readonly [Cvm, ...Cvm[]]) {
  const viewed = async (cvm: Cvm) => ({ cvm, view: await cvmView(call, cloud, cvm) });
  return app([await viewed(first), ...(await Promise.all(others.map(viewed)))]);
}
