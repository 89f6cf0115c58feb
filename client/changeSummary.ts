import type { WorkflowExecutionInfo } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { ChangeKind } from '../model/kinds.js';
import type { Phase } from '../model/phases.js';
import { searchAttributes as names } from '../model/searchAttributes.js';

/** A change as the list shows it. */
export interface ChangeSummary {
  readonly change: string;
  readonly runId: string;
  readonly kind: ChangeKind;
  /** `terminated` where somebody ended the workflow from outside. */
  readonly phase: Phase | 'terminated';
  readonly cvmId: string | null;
  readonly appId: string | null;
  readonly composeHash: string | null;
  readonly registrar: string | null;
  readonly requestedBy: string | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt: string | null;
}

type Execution = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'runId' | 'status' | 'startTime' | 'closeTime' | 'typedSearchAttributes'
>;

/** Reads what Temporal knows of the workflow of a change. */
export function summaryOf(execution: Execution): ChangeSummary {
  const { workflowId, runId, status, startTime, closeTime, typedSearchAttributes } = execution;
  const read = (name: string): string | null =>
    typedSearchAttributes.get(defineSearchAttributeKey(name, 'KEYWORD')) ?? null;
  const phase = read(names.changePhase) as Phase | null; // Only the engine writes it.
  return {
    change: workflowId,
    runId,
    kind: read(names.changeKind) as ChangeKind, // Only the engine writes it; the query asks that it is there.
    phase: status.name === 'TERMINATED' ? 'terminated' : (phase ?? 'preparing'),
    cvmId: read(names.cvmId),
    appId: read(names.appId),
    composeHash: read(names.composeHash),
    registrar: read(names.registrar),
    requestedBy: read(names.requestedBy),
    startedAt: startTime.toISOString(),
    endedAt: closeTime?.toISOString() ?? null,
  };
}
