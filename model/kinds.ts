import type { z } from 'zod';
import { adoptRequestSchema } from './adoptRequest.js';
import { allowListRequestSchema } from './allowListRequest.js';
import { changeOf } from './cvmId.js';
import { withoutPrefix } from './hex.js';
import { provisionRequestSchema } from './provisionRequest.js';
import { replicateRequestSchema } from './replicateRequest.js';
import { updateRequestSchema } from './updateRequest.js';

/** What each kind of change is asked for with. */
export const requestSchemas = {
  update: updateRequestSchema,
  adopt: adoptRequestSchema,
  replicate: replicateRequestSchema,
  provision: provisionRequestSchema,
  allowlist: allowListRequestSchema,
} as const;

/** The kinds of change. */
export type ChangeKind = keyof typeof requestSchemas;
export type ChangeRequest<Kind extends ChangeKind> = z.output<(typeof requestSchemas)[Kind]>;
export type ChangeRequestInput<Kind extends ChangeKind> = z.input<(typeof requestSchemas)[Kind]>;

/** The names under which the workflows are started. */
export const workflowTypes = {
  update: 'updateCvm',
  adopt: 'adoptUpdate',
  replicate: 'replicateCvm',
  provision: 'provisionCvm',
  allowlist: 'changeAllowlist',
} as const satisfies Record<ChangeKind, string>;

/** The workflow id of the change that makes a CVM of a name. */
export const provisionOf = (name: string): string => `provision-${name.toLowerCase()}`;

/**
 * The workflow id of a change. The id is the lock: Temporal refuses a second execution under an id that is in use.
 * - `cvm-<vm_uuid>`: one change of a CVM at a time, whoever prepared it; a replica copies what an update may be
 *   changing
 * - `provision-<name>`: one new CVM of a name; names are unique in a workspace
 * - `app-<40 hex digits>`: one change of an app's allow-lists
 */
export const workflowIdOf: { readonly [Kind in ChangeKind]: (request: ChangeRequest<Kind>) => string } = {
  update: ({ cvmId }) => changeOf(cvmId),
  adopt: ({ cvmId }) => changeOf(cvmId),
  replicate: ({ cvmId }) => changeOf(cvmId),
  provision: ({ name }) => provisionOf(name),
  allowlist: ({ appId }) => `app-${withoutPrefix(appId)}`,
};
