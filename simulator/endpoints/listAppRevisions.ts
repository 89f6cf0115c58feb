import { z } from 'zod';
import { page } from '../answers/page.js';
import { revisionRecord, revisionsOf } from '../answers/revision.js';
import { addressedApp } from '../server/addressedApp.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseQuery, queryInteger } from '../server/parse.js';

const querySchema = z.object({
  page: queryInteger(1, 1, Number.MAX_SAFE_INTEGER),
  page_size: queryInteger(50, 1, 1_000),
});

/** GET /apps/{app_id}/revisions [OpenAPI AppRevisionsResponse]. Chosen: newest first, over all CVMs of the app. */
export const listAppRevisions: Endpoint = {
  name: 'listAppRevisions',
  method: 'GET',
  path: '/apps/:appId/revisions',
  authenticated: true,
  handle(call, cloud) {
    const revisions = addressedApp(call, cloud)
      .flatMap(revisionsOf)
      .sort((one, other) => other.at.getTime() - one.at.getTime());
    const { items, pages, ...rest } = page(revisions, parseQuery(call, querySchema));
    return {
      status: 200,
      body: {
        revisions: items.map((revision) => revisionRecord(revision, call.quirks(revision.cvm))),
        ...rest,
        total_pages: pages,
      },
    };
  },
};
