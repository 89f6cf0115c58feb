import { z } from 'zod';
import { page } from '../answers/page.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseQuery, queryInteger } from '../server/parse.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm } from '../state/cvm.js';
import { appFilterShape, isListed } from './appFilter.js';
import { appView } from './getApp.js';

const querySchema = z.object({
  page: queryInteger(1, 1, Number.MAX_SAFE_INTEGER),
  page_size: queryInteger(20, 1, 100),
  ...appFilterShape,
});

/** GET /apps [OpenAPI list_dstack_apps: DstackAppListResponse by version]; what `phala cvms list` begins with. */
export const listApps: Endpoint = {
  name: 'listApps',
  method: 'GET',
  path: '/apps',
  authenticated: true,
  async handle(call, cloud) {
    const query = parseQuery(call, querySchema);
    const apps = allApps(cloud).filter((app) => isListed(app, query, call.query.getAll('status')));
    const { items, total, pages } = page(apps, query);
    return {
      status: 200,
      body: {
        dstack_apps: await Promise.all(items.map((app) => appView(call, cloud, app))),
        page: query.page,
        page_size: query.page_size,
        total,
        total_pages: pages,
      },
    };
  },
};

/** Every app's CVMs, oldest first. */
function allApps(cloud: Cloud): (readonly [Cvm, ...Cvm[]])[] {
  const apps = new Map<string, [Cvm, ...Cvm[]]>();
  for (const cvm of cloud.cvms.all()) {
    const known = apps.get(cvm.appId);
    if (known === undefined) {
      apps.set(cvm.appId, [cvm]);
    } else {
      known.push(cvm);
    }
  }
  return [...apps.values()];
}
