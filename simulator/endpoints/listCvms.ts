import type { Endpoint } from '../server/endpoint.js';
import { listedCvms } from './listedCvms.js';

/** GET /cvms [OpenAPI handle_list_cvms: a bare array]. Its two filters are for administrators only and left out here. */
export const listCvms: Endpoint = {
  name: 'listCvms',
  method: 'GET',
  path: '/cvms',
  authenticated: true,
  async handle(call, cloud) {
    return { status: 200, body: await listedCvms(call, cloud, cloud.cvms.all()) };
  },
};
