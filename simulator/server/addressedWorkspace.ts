import { notFound } from '../answers/errors.js';
import { WORKSPACE } from '../state/workspace.js';
import type { Call } from './endpoint.js';

/** 404 unless a call's path names the one workspace by its slug. Chosen: its id is taken as well. */
export function assertWorkspace(call: Call): void {
  const slug = call.params['slug'];
  if (slug !== WORKSPACE.slug && slug !== WORKSPACE.id) {
    throw notFound('Workspace');
  }
}
