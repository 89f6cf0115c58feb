import { touchesComposeHash } from '../model/cvmUpdate.js';
import type { CvmDescription } from '../model/descriptions.js';
import type { ChangeResult, ChangeStatus } from '../model/status.js';
import type { UpdateRequest, UpdateRequestInput } from '../model/updateRequest.js';
import { phala } from './activities.js';
import { twoPhases } from './course.js';
import { initialStatus } from './initialStatus.js';
import { ownRequest } from './ownRequest.js';
import { runChange } from './runChange.js';
import type { Steps } from './steps.js';
import { updateSteps } from './updateSteps.js';

/**
 * Updates a CVM: prepares the update, sees to its registration where the app's keys are governed on chain, commits it
 * once, and follows it until the CVM runs it.
 *
 * Started under the id `cvm-<vm_uuid>`: that id is the lock which keeps a CVM to one change at a time.
 *
 * @throws ApplicationFailure InvalidRequest before anything happened; CvmNotFound, RequestRefused, OperationFailed or
 *   CvmRunsAnotherHash where the change failed
 */
export async function updateCvm(input: UpdateRequestInput): Promise<ChangeResult> {
  const request = ownRequest('update', input);
  const { cvmId, update } = request;
  const status = initialStatus('update', request, { cvmId, what: Object.keys(update).join(', ') });
  return runChange(status, (change, hints) => twoPhases(change, hints, stepsOf(request, status)));
}

function stepsOf(request: UpdateRequest, status: ChangeStatus): Steps<CvmDescription> {
  const { cvmId, update, registrar } = request;
  return {
    ...updateSteps(request, status),
    registrar,
    // What goes into no hash is applied at once whatever governs the app (phala-cloud-api.md §2a).
    isDirect: ({ contract }) => contract === null || !touchesComposeHash(update),
    request: ({ target: { contract, machine }, first: { newestOperation: since }, prepareOnly, mayHaveBeenSent }) =>
      phala.requestUpdate.executeWithOptions(
        { summary: `${prepareOnly ? 'prepare' : 'apply'} ${Object.keys(update).join(', ')}` },
        [{ cvmId, update, prepareOnly, contract, since, machine, mayHaveBeenSent }],
      ),
  };
}
