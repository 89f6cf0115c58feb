import { WORKSPACE } from '../state/workspace.js';

/** OpenAPI WorkspaceResponse; when the workspace was made is made up as well. */
export function workspace() {
  const { id, name, slug, tier, role } = WORKSPACE;
  return {
    id,
    name,
    slug,
    tier,
    role,
    is_default: true,
    created_at: '2026-01-01T00:00:00.000Z',
    confidential_models_enabled: false,
  };
}
