import type { AdoptRequestInput } from '../model/adoptRequest.js';
import { Change } from './change.js';
import type { Session } from './countersign.js';
import { ChangeInProgressError } from './errors.js';
import { readInput } from './readInput.js';
import { startChange } from './startChange.js';

/** The change that has an update which was prepared elsewhere in its hands. */
export interface Adoption {
  readonly change: Change;
  /**
   * - `started`: a new change
   * - `renewed`: one that ran already for the same compose hash was given the token
   * - `repeated`: the one that an earlier call with the same idempotency key has started
   */
  readonly outcome: 'started' | 'renewed' | 'repeated';
}

/**
 * Starts an adopted update, or gives its token to the one that runs already: then nobody is asked to sign twice.
 *
 * @throws InvalidInputError; ChangeInProgressError where the CVM is busy with something else; MessageRefusedError where
 *   an adopted update of another compose hash runs, or one that is committed already; TemporalUnreachableError
 */
export async function adoptUpdate(session: Session, input: AdoptRequestInput): Promise<Adoption> {
  const { composeHash, token, expiresAt, requestedBy, reason, idempotencyKey } = readInput('adopt', input);
  try {
    const { change, runId, repeated } = await startChange(session, 'adopt', input);
    return { change: new Change(session, change, runId), outcome: repeated ? 'repeated' : 'started' };
  } catch (error) {
    if (!(error instanceof ChangeInProgressError) || error.holder.kind !== 'adopt') throw error;
    const change = new Change(session, error.holder.change, error.holder.runId);
    const given = { by: requestedBy, ...(reason !== undefined && { reason }), ...(expiresAt && { expiresAt }) };
    // The same call again is the same message.
    const id = idempotencyKey === undefined ? {} : { id: `renew ${idempotencyKey}` };
    await change.send('renew', { ...given, composeHash, token }, id);
    return { change, outcome: 'renewed' };
  }
}
