import { workflowInfo } from '@temporalio/workflow';
import type { AnyRequest } from '../model/changeRequest.js';
import type { ChangeKind } from '../model/kinds.js';
import { defaultPatience } from '../model/policy.js';
import type { ChangeStatus } from '../model/status.js';

interface Subject extends Partial<Pick<ChangeStatus, 'cvmId' | 'cvmName' | 'appId'>> {
  /** What is asked for, in a few words; the first line of the record. */
  readonly what: string;
}

/** The state of a change that has just been asked for. */
export function initialStatus(
  kind: ChangeKind,
  { requestedBy, reason, policy }: AnyRequest,
  { what, cvmId = null, cvmName = null, appId = null }: Subject,
): ChangeStatus {
  const { workflowId: change, runId } = workflowInfo();
  const now = Date.now();
  const startedAt = new Date(now).toISOString();
  return {
    change,
    runId,
    kind,
    phase: 'preparing',
    awaiting: null,
    cvmId,
    cvmName,
    appId,
    created: null,
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
    changes: [],
    proposal: null,
    preparations: 0,
    preparedAt: null,
    tokenExpiresAt: null,
    registration: null,
    correlationId: null,
    blocked: null,
    wait: null,
    withdrawal: null,
    events: [{ at: startedAt, what: `Requested: ${what}.`, by: requestedBy, reason: null }],
  };
}
