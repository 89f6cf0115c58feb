import { ChangeNotFoundError } from '../../client/errors.js';
import type { ChangeSummary, Countersign } from '../../client/index.js';
import type { PendingApproval } from './event.js';

/**
 * A change of that CVM and compose hash that has ended after the preparation was made: it prepared it itself, or carried
 * it on, or made it void by preparing after it. Deliveries may be late by hours, and a change that was rejected must not
 * come back by one. Null where there is none.
 *
 * Changes that run are told by the lock.
 */
export async function earlierChange(
  countersign: Countersign,
  { createdAt, data: { cvm_id: cvmId, compose_hash: composeHash } }: PendingApproval,
): Promise<ChangeSummary | null> {
  const made = Date.parse(createdAt);
  const isEarlier = (change: ChangeSummary): boolean =>
    change.composeHash === composeHash && change.endedAt !== null && made <= Date.parse(change.endedAt);
  // The newest by itself: the list may be a second behind.
  const newest = await newestOf(countersign, cvmId);
  if (newest && isEarlier(newest)) return newest;
  for await (const change of countersign.list({ cvmId, composeHash })) if (isEarlier(change)) return change;
  return null;
}

async function newestOf(countersign: Countersign, cvmId: string): Promise<ChangeSummary | null> {
  try {
    return await countersign.change(cvmId).summary();
  } catch (error) {
    if (error instanceof ChangeNotFoundError) return null;
    throw error;
  }
}
