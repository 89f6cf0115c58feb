import { z } from 'zod';
import { kmsInfo } from '../answers/kmsInfo.js';
import { page } from '../answers/page.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseQuery, queryInteger } from '../server/parse.js';

const querySchema = z.object({
  page: queryInteger(1, 1, Number.MAX_SAFE_INTEGER),
  page_size: queryInteger(20, 1, 100),
  is_onchain: z.stringbool().optional(),
});

/** GET /kms [OpenAPI list_kms: KmsListResponse]. */
export const listKms: Endpoint = {
  name: 'listKms',
  method: 'GET',
  path: '/kms',
  authenticated: true,
  handle(call, cloud) {
    const query = parseQuery(call, querySchema);
    const matching = cloud.kms
      .all()
      .filter(({ onChain }) => query.is_onchain === undefined || query.is_onchain === (onChain !== undefined));
    const { items, ...rest } = page(matching, query);
    return { status: 200, body: { items: items.map((kms) => kmsInfo(kms, {})), ...rest } };
  },
};
