import { z } from 'zod';
import { written } from '../answers/hexForm.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseQuery, queryInteger } from '../server/parse.js';

const querySchema = z.object({ counts: queryInteger(1, 1, 20) });

/** GET /kms/phala/next_app_id [OpenAPI get_next_app_id; fields: SDK NextAppIdsSchema]. */
export const getNextAppIds: Endpoint = {
  name: 'getNextAppIds',
  method: 'GET',
  path: '/kms/phala/next_app_id',
  authenticated: true,
  handle(call, cloud) {
    const { counts } = parseQuery(call, querySchema);
    const appIds = cloud.appIds.next(counts).map(({ appId, nonce }) => ({
      app_id: written(appId, 'prefixed', call.quirks()),
      nonce,
    }));
    return { status: 200, body: { app_ids: appIds } };
  },
};
