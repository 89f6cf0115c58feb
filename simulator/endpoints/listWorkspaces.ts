import { workspace } from '../answers/workspace.js';
import type { Endpoint } from '../server/endpoint.js';

/** GET /workspaces [DOC-js/workspaces; OpenAPI has the schema WorkspacesListResponse, but not the path]: one page with all. */
export const listWorkspaces: Endpoint = {
  name: 'listWorkspaces',
  method: 'GET',
  path: '/workspaces',
  authenticated: true,
  handle() {
    return {
      status: 200,
      body: { data: [workspace()], pagination: { has_more: false, next_cursor: null, total: 1 } },
    };
  },
};
