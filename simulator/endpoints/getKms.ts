import { kmsInfo } from '../answers/kmsInfo.js';
import { addressedKms } from '../server/addressedKms.js';
import type { Endpoint } from '../server/endpoint.js';

/** GET /kms/{id|slug} [OpenAPI get_kms: KMSInfo]. */
export const getKms: Endpoint = {
  name: 'getKms',
  method: 'GET',
  path: '/kms/:kmsId',
  authenticated: true,
  handle(call, cloud) {
    return { status: 200, body: kmsInfo(addressedKms(call, cloud), {}) };
  },
};
