import type { Hex } from 'viem';
import { sha256Hex } from '../rules/composeHash.js';
import type { Cvm } from '../state/cvm.js';
import type { Quirks } from '../state/quirks.js';
import { USER, WORKSPACE } from '../state/workspace.js';
import { written } from './hexForm.js';

/** One configuration that a CVM was given. */
export interface Revision {
  readonly cvm: Cvm;
  readonly composeHash: Hex;
  readonly at: Date;
  /** Of the operation that rolled it out; undefined where none did. */
  readonly correlationId: string | undefined;
}

/**
 * The revisions of a CVM, newest first: its first configuration and one for each later operation, also one that failed,
 * because what it saved stays.
 */
export function revisionsOf(cvm: Cvm): Revision[] {
  const first = { cvm, composeHash: cvm.firstComposeHash, at: cvm.createdAt, correlationId: undefined };
  const later = cvm.operations
    .filter(({ type }) => type !== 'create')
    .map(({ composeHash, startedAt, correlationId }) => ({ cvm, composeHash, at: startedAt, correlationId }));
  return [first, ...later].reverse();
}

/**
 * OpenAPI AppRevisionResponse. Chosen: the form of the id (made from what it stands for), "deploy" for the first one and
 * "update" for all others (OpenAPI: "deploy, update, restart, etc."), no trace id.
 */
export function revisionRecord({ cvm, composeHash, at, correlationId }: Revision, quirks: Quirks) {
  const appId = written(cvm.appId, 'bare', quirks);
  return {
    revision_id: `rev_${sha256Hex(`${cvm.vmUuid} ${correlationId ?? 'first'}`).slice(0, 8)}`,
    app_id: appId,
    vm_uuid: cvm.vmUuid,
    compose_hash: written(composeHash, 'bare', quirks),
    created_at: at.toISOString(),
    trace_id: null,
    operation_type: correlationId === undefined ? 'deploy' : 'update',
    triggered_by: { object_type: 'user', id: USER.id, username: USER.username, avatar_url: null },
    cvm: { object_type: 'cvm', vm_uuid: cvm.vmUuid, app_id: appId, name: cvm.name },
    workspace: {
      object_type: 'workspace',
      id: WORKSPACE.id,
      name: WORKSPACE.name,
      slug: WORKSPACE.slug,
      avatar_url: null,
    },
  };
}
