import { z } from 'zod';
import { page } from '../answers/page.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseQuery, queryInteger } from '../server/parse.js';
import { listedCvms } from './listedCvms.js';

const querySchema = z.object({
  page: queryInteger(1, 1, Number.MAX_SAFE_INTEGER),
  page_size: queryInteger(30, 1, 100),
});

/** GET /cvms/paginated [OpenAPI handle_list_cvms_paginated: PaginatedHostedCvms or PaginatedCvmInfos]. */
export const listCvmsPaginated: Endpoint = {
  name: 'listCvmsPaginated',
  method: 'GET',
  path: '/cvms/paginated',
  authenticated: true,
  async handle(call, cloud) {
    const { items, ...rest } = page(cloud.cvms.all(), parseQuery(call, querySchema));
    return { status: 200, body: { items: await listedCvms(call, cloud, items), ...rest } };
  },
};
