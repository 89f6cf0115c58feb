import { z } from 'zod';
import { nodeRef } from '../answers/nodeRef.js';
import { page } from '../answers/page.js';
import { assertWorkspace } from '../server/addressedWorkspace.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseQuery, queryInteger } from '../server/parse.js';

const querySchema = z.object({
  page: queryInteger(1, 1, Number.MAX_SAFE_INTEGER),
  page_size: queryInteger(20, 1, 100),
});

/** GET /workspaces/{slug}/nodes [SDK getWorkspaceNodes; OpenAPI PaginatedWorkspaceNodesResponse, without the path]. */
export const listWorkspaceNodes: Endpoint = {
  name: 'listWorkspaceNodes',
  method: 'GET',
  path: '/workspaces/:slug/nodes',
  authenticated: true,
  handle(call, cloud) {
    assertWorkspace(call);
    const { items, ...rest } = page(cloud.nodes.all(), parseQuery(call, querySchema));
    return { status: 200, body: { items: items.map((node) => nodeRef(node, node.deviceId, call.quirks())), ...rest } };
  },
};
