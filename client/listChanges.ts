import type { WorkflowExecutionInfo } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { cvmOf } from '../model/cvmId.js';
import type { ChangeKind } from '../model/kinds.js';
import type { Phase } from '../model/phases.js';
import { searchAttributes as names } from '../model/searchAttributes.js';
import { appIn } from './changeName.js';
import type { Session } from './countersign.js';
import { quote } from './quote.js';
import { translate } from './translate.js';

/** Which changes to list. All of them without a filter. */
export interface ChangeFilter {
  readonly kind?: ChangeKind;
  readonly phase?: Phase;
  /** The vm_uuid: of the CVM that is updated, replicated, or has been made new. */
  readonly cvmId?: string;
  readonly appId?: string;
  readonly requestedBy?: string;
  /** Only those that have not ended. */
  readonly running?: boolean;
}

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

/** The changes of a namespace, newest first, as the server's index has them: a second old at times. */
export async function* listChanges(session: Session, filter: ChangeFilter): AsyncGenerator<ChangeSummary, void, void> {
  try {
    for await (const execution of session.client.workflow.list({ query: queryOf(filter) })) yield summaryOf(execution);
  } catch (error) {
    throw translate(error, { address: session.address, change: 'list', patience: 0 });
  }
}

function queryOf({ kind, phase, cvmId, appId, requestedBy, running }: ChangeFilter): string {
  const equal = (name: string, value: string | undefined) => (value ? [`${name} = ${quote(value)}`] : []);
  const conditions = [
    `${names.changeKind} IS NOT NULL`,
    ...equal(names.changeKind, kind),
    ...equal(names.changePhase, phase),
    ...equal(names.cvmId, cvmId && (cvmOf(cvmId) ?? cvmId)),
    ...equal(names.appId, appId && (appIn(appId) ?? appId)),
    ...equal(names.requestedBy, requestedBy),
    ...(running ? [`ExecutionStatus = "Running"`] : []),
  ];
  return conditions.join(' AND ');
}

function summaryOf(execution: WorkflowExecutionInfo): ChangeSummary {
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
