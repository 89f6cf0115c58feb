import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../rules/json.js';
import { WORKSPACE } from '../state/workspace.js';

/** "evt_" and 16 hex digits [DOC-multisig "Envelope fields"]. */
export function newEventId(): string {
  return `evt_${randomBytes(8).toString('hex')}`;
}

/** The body of a delivery, as it goes over the wire and is signed [DOC-webhooks "Payload Format"]; the id is the slug. */
export function envelope(id: string, event: string, dispatchedAt: Date, data: JsonObject): string {
  return JSON.stringify({
    id,
    event,
    version: '1',
    created_at: dispatchedAt.toISOString(),
    workspace: { id: WORKSPACE.slug, name: WORKSPACE.name },
    data,
  });
}
