import { hashInvalidOrExpired } from '../answers/errors.js';
import type { Call } from '../server/endpoint.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm } from '../state/cvm.js';
import type { Operation } from '../state/operation.js';
import type { Preparation } from '../state/preparations.js';
import { type PlannedChange, plannedChange } from './plannedChange.js';
import { assertIdle, startOperation } from './startOperation.js';
import { verifyRegistration } from './verifyRegistration.js';

export interface Commit {
  readonly preparation: Preparation;
  readonly via: 'token' | 'headers';
  /** As given; empty or "already-registered" for none. */
  readonly transactionHash: string;
}

/**
 * Phase 2, the same for both routes once the preparation is found: 466 if the document that would result now is not the
 * prepared one, the checks on chain, 409 while an operation runs, and then, in one go, use the preparation up, save the
 * configuration and start the operation [DOC-multisig, server steps 2 to 5].
 *
 * Chosen: a commit that fails uses nothing up (the docs' troubleshooting has people repeat it), and 409 comes last, so
 * that a second commit of a used token is a 466 even while the first one runs.
 */
export async function commitPreparation(call: Call, cloud: Cloud, cvm: Cvm, commit: Commit): Promise<Operation> {
  const { preparation, via, transactionHash } = commit;
  preparedChange(cvm, preparation);
  await verifyRegistration(call, cloud, cvm, preparation, transactionHash);
  // Another request may have got here while the chain was asked: everything that can have changed is looked at again.
  if (!cloud.preparations.isOpen(preparation, via)) {
    throw hashInvalidOrExpired();
  }
  const change = preparedChange(cvm, preparation);
  assertIdle(cvm);
  const failWith = cloud.faults.take(call.faulty, 'operationFails')?.message;
  cloud.preparations.use(preparation, cloud.clock.now());
  return startOperation(cloud, cvm, {
    change,
    type: change.operationType ?? 'compose_update',
    via,
    transactionHash: transactionHash === '' ? undefined : transactionHash,
    failWith,
  });
}

/** "The backend re-hashes the compose document at commit time and refuses to roll forward" [DOC-multisig, drift]. */
function preparedChange(cvm: Cvm, { update, serverAdded, composeHash }: Preparation): PlannedChange {
  const change = plannedChange(cvm.configuration, update, serverAdded);
  if (change.composeHash !== composeHash) {
    throw hashInvalidOrExpired();
  }
  return change;
}
