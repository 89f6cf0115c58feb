import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import type { AnyRequest } from '../model/changeRequest.js';
import {
  type ChangeKind,
  type ChangeRequest,
  type ChangeRequestInput,
  workflowIdOf,
  workflowTypes,
} from '../model/kinds.js';
import { searchAttributes as names } from '../model/searchAttributes.js';
import type { Session } from './countersign.js';
import { ChangeInProgressError, type Holder } from './errors.js';
import { quote } from './quote.js';
import { readInput } from './readInput.js';
import { staticDetails, staticSummary } from './staticDetails.js';
import { translate } from './translate.js';

/** A run of a workflow. */
interface Run {
  readonly change: string;
  readonly runId: string;
  /** Whether an earlier call with the same idempotency key has started it. */
  readonly repeated: boolean;
}

/** What is to be started: under which lock, and everything that Temporal shows of it. */
interface Start {
  readonly kind: ChangeKind;
  readonly change: string;
  readonly request: AnyRequest;
  readonly attributes: SearchAttributePair[];
  readonly summary: string;
  readonly details: string;
}

const keyword = (name: string) => defineSearchAttributeKey(name, 'KEYWORD');

/**
 * Starts the workflow of a change. Its id is that of what it changes, so that the server itself refuses a second one.
 *
 * @throws InvalidInputError; ChangeInProgressError; TemporalUnreachableError
 */
export async function startChange<Kind extends ChangeKind>(
  session: Session,
  kind: Kind,
  input: ChangeRequestInput<Kind>,
): Promise<Run> {
  const request = readInput(kind, input);
  const change = workflowIdOf[kind](request);
  const start: Start = {
    kind,
    change,
    request,
    attributes: attributesOf(kind, request),
    summary: staticSummary(kind, request),
    details: staticDetails(kind, request, request),
  };
  try {
    return (await findRepeated(session, start)) ?? (await startNew(session, start));
  } catch (error) {
    throw translate(error, { address: session.address, change, patience: 0 });
  }
}

/** An earlier start with the same key: the newest change under the lock, or an older one. */
async function findRepeated({ client }: Session, start: Start): Promise<Run | null> {
  const { kind, change, request } = start;
  if (request.idempotencyKey === undefined) return null;
  const newest = await describe(client, change);
  if (newest && repeats(start, newest)) return { change, runId: newest.runId, repeated: true };
  const query = [
    `WorkflowId = ${quote(change)}`,
    `${names.changeKind} = ${quote(kind)}`,
    `${names.idempotencyKey} = ${quote(request.idempotencyKey)}`,
  ].join(' AND ');
  for await (const { runId } of client.workflow.list({ query, pageSize: 1 })) {
    return { change, runId, repeated: true };
  }
  return null;
}

async function startNew(session: Session, start: Start): Promise<Run> {
  const { client, taskQueue } = session;
  const { kind, change, request, attributes, summary, details } = start;
  const { requestedBy, reason } = request;
  try {
    const handle = await client.workflow.start(workflowTypes[kind], {
      workflowId: change,
      taskQueue,
      args: [request],
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      typedSearchAttributes: attributes,
      memo: { requestedBy, ...(reason && { reason }) },
      staticSummary: summary,
      staticDetails: details,
    });
    return { change, runId: handle.firstExecutionRunId, repeated: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const holder = await describe(client, change);
    if (holder && repeats(start, holder)) return { change, runId: holder.runId, repeated: true };
    // It ended this very moment: the lock is free.
    if (holder === null || holder.closeTime !== undefined) return startNew(session, start);
    throw new ChangeInProgressError(holderOf(change, holder));
  }
}

type Description = Awaited<ReturnType<ReturnType<Session['client']['workflow']['getHandle']>['describe']>>;

const describe = (client: Session['client'], change: string): Promise<Description | null> =>
  client.workflow
    .getHandle(change)
    .describe()
    .catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    });

/** Whether a change is the one that is asked for again. A key counts for one kind: an update is no replica. */
const repeats = ({ kind, request }: Start, { typedSearchAttributes }: Description): boolean =>
  request.idempotencyKey !== undefined &&
  typedSearchAttributes.get(keyword(names.idempotencyKey)) === request.idempotencyKey &&
  typedSearchAttributes.get(keyword(names.changeKind)) === kind;

const holderOf = (change: string, { runId, startTime, typedSearchAttributes }: Description): Holder => ({
  change,
  runId,
  // Only this client and the engine write it.
  kind: (typedSearchAttributes.get(keyword(names.changeKind)) as ChangeKind | undefined) ?? null,
  phase: typedSearchAttributes.get(keyword(names.changePhase)) ?? 'preparing',
  requestedBy: typedSearchAttributes.get(keyword(names.requestedBy)) ?? null,
  startedAt: startTime.toISOString(),
});

/** What a change is found by from its first moment on. The engine adds what it finds out. */
function attributesOf(kind: ChangeKind, request: ChangeRequest<ChangeKind>): SearchAttributePair[] {
  const { requestedBy, idempotencyKey } = request;
  const values: readonly (readonly [string, string | undefined])[] = [
    [names.cvmId, 'cvmId' in request ? request.cvmId : undefined],
    [names.appId, 'appId' in request ? request.appId : undefined],
    [names.composeHash, kind === 'adopt' && 'composeHash' in request ? request.composeHash : undefined],
    [names.changeKind, kind],
    [names.changePhase, 'preparing'],
    [names.requestedBy, requestedBy],
    [names.idempotencyKey, idempotencyKey],
  ];
  return values.flatMap(([name, value]) => (value === undefined ? [] : [{ key: keyword(name), value }]));
}
