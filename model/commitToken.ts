import type { Brand } from './brand.js';

/**
 * The one-time credential that commits a preparation, valid for 14 days or until the next preparation of the same CVM
 * (phala-cloud-api.md §6). Whoever holds it can commit: it never leaves an activity in the clear.
 */
export type CommitToken = string & Brand<'CommitToken'>;

/** A value encrypted with the worker's key ring: `sealed:` and a compact JWE. Safe in history, logs and the Web UI. */
export type Sealed = `sealed:${string}`;

/** How long a commit token lives from its preparation, in milliseconds. The 465 answer carries no expiry of its own. */
export const commitTokenLifetime = 14 * 24 * 60 * 60 * 1000;
