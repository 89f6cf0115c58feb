import { workflowInfo } from '@temporalio/workflow';
import { changeOf } from '../model/cvmId.js';
import { touchesComposeHash } from '../model/cvmUpdate.js';
import { Failure } from '../model/failure.js';
import { defaultPatience } from '../model/policy.js';
import { readUpdateRequest } from '../model/readUpdateRequest.js';
import type { ChangeResult, ChangeStatus } from '../model/status.js';
import type { UpdateRequest, UpdateRequestInput } from '../model/updateRequest.js';
import { phala } from './activities.js';
import { refusing } from './refusing.js';
import { runChange } from './runChange.js';
import type { Steps } from './steps.js';

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
  const request = refusing(() => readRequest(input));
  return runChange(initialStatus(request), (status) => updateSteps(request, status));
}

function readRequest(input: UpdateRequestInput): UpdateRequest {
  const request = readUpdateRequest(input, Date.now());
  const change = changeOf(request.cvmId);
  if (workflowInfo().workflowId === change) return request;
  throw new Failure('InvalidRequest', `The workflow id must be ${change}: it keeps a CVM to one change at a time.`);
}

function initialStatus({ cvmId, requestedBy, reason, policy, update }: UpdateRequest): ChangeStatus {
  const { workflowId: change, runId } = workflowInfo();
  const now = Date.now();
  const startedAt = new Date(now).toISOString();
  return {
    change,
    runId,
    kind: 'update',
    phase: 'preparing',
    awaiting: null,
    cvmId,
    cvmName: null,
    appId: null,
    requestedBy,
    reason: reason ?? null,
    policy,
    startedAt,
    deadline: policy.deadline ?? new Date(now + defaultPatience).toISOString(),
    paused: false,
    route: null,
    baseComposeHash: null,
    composeHash: null,
    hashCheck: null,
    recomputedHash: null,
    proposal: null,
    preparations: 0,
    preparedAt: null,
    tokenExpiresAt: null,
    registration: null,
    correlationId: null,
    blocked: null,
    events: [{ at: startedAt, what: `Requested: ${Object.keys(update).join(', ')}.`, by: requestedBy, reason: null }],
  };
}

function updateSteps({ cvmId, update, registrar, policy }: UpdateRequest, status: ChangeStatus): Steps {
  const name = (): string => status.cvmName ?? cvmId;
  return {
    touchesComposeHash: touchesComposeHash(update),
    registrar,
    title: () => `Update of ${name()}`,
    describe: () => phala.describeCvm.executeWithOptions({ summary: `describe ${name()}` }, [{ cvm: cvmId }]),
    request: ({ contract, newestOperation: since }, { prepareOnly }) =>
      phala.requestUpdate.executeWithOptions(
        { summary: `${prepareOnly ? 'prepare' : 'apply'} ${Object.keys(update).join(', ')}` },
        [{ cvmId, update, prepareOnly, contract, since }],
      ),
    commit: ({ preparation: { composeHash, commitToken }, registration: { transactionHash }, ...step }) =>
      phala.commitUpdate.executeWithOptions({ summary: `commit ${composeHash}` }, [
        { cvmId, composeHash, commitToken, transactionHash, onBaseChanged: policy.onBaseChanged, ...step },
      ]),
    follow: (step) =>
      phala.followOperation.executeWithOptions({ summary: `follow ${step.correlationId ?? 'the operation'}` }, [
        { cvmId, ...step },
      ]),
  };
}
