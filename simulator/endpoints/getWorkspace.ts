import { workspace } from '../answers/workspace.js';
import { assertWorkspace } from '../server/addressedWorkspace.js';
import type { Endpoint } from '../server/endpoint.js';

/** GET /workspaces/{slug} [DOC-js/workspaces; OpenAPI WorkspaceResponse]. */
export const getWorkspace: Endpoint = {
  name: 'getWorkspace',
  method: 'GET',
  path: '/workspaces/:slug',
  authenticated: true,
  handle(call) {
    assertWorkspace(call);
    return { status: 200, body: workspace() };
  },
};
