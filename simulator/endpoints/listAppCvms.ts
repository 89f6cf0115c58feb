import { addressedApp } from '../server/addressedApp.js';
import type { Endpoint } from '../server/endpoint.js';
import { listedCvms } from './listedCvms.js';

/** GET /apps/{app_id}/cvms [OpenAPI handle_get_app_cvms: a bare array of HostedCvm or CVMInfo]. */
export const listAppCvms: Endpoint = {
  name: 'listAppCvms',
  method: 'GET',
  path: '/apps/:appId/cvms',
  authenticated: true,
  async handle(call, cloud) {
    return { status: 200, body: await listedCvms(call, cloud, addressedApp(call, cloud)) };
  },
};
