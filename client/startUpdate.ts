import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { changeOf } from '../model/cvmId.js';
import { Failure } from '../model/failure.js';
import { readUpdateRequest } from '../model/readUpdateRequest.js';
import { searchAttributes as names } from '../model/searchAttributes.js';
import type { UpdateRequest, UpdateRequestInput } from '../model/updateRequest.js';
import type { Session } from './countersign.js';
import { ChangeInProgressError, type Holder, InvalidInputError } from './errors.js';
import { quote } from './quote.js';
import { translate } from './translate.js';

/** A run of a workflow. */
interface Run {
  readonly change: string;
  readonly runId: string;
}

const keyword = (name: string) => defineSearchAttributeKey(name, 'KEYWORD');
const idempotencyKey = keyword(names.idempotencyKey);

/**
 * Starts the workflow of an update. Its id is the CVM's, so that the server itself refuses a second one.
 *
 * @throws InvalidInputError; ChangeInProgressError; TemporalUnreachableError
 */
export async function startUpdate(session: Session, input: UpdateRequestInput): Promise<Run> {
  const request = parse(input);
  const change = changeOf(request.cvmId);
  try {
    const earlier = request.idempotencyKey ? await findRepeated(session, change, request.idempotencyKey) : null;
    return earlier ?? (await start(session, change, request));
  } catch (error) {
    throw translate(error, { address: session.address, change, patience: 0 });
  }
}

function parse(input: UpdateRequestInput): UpdateRequest {
  try {
    return readUpdateRequest(input, Date.now());
  } catch (error) {
    throw error instanceof Failure ? new InvalidInputError(error.message) : error;
  }
}

/** An earlier start with the same key: the newest change of the CVM, or an older one. */
async function findRepeated({ client }: Session, change: string, key: string): Promise<Run | null> {
  const newest = await describe(client, change);
  if (newest?.typedSearchAttributes.get(idempotencyKey) === key) return { change, runId: newest.runId };
  const query = `WorkflowId = ${quote(change)} AND ${names.idempotencyKey} = ${quote(key)}`;
  for await (const { runId } of client.workflow.list({ query, pageSize: 1 })) return { change, runId };
  return null;
}

async function start(session: Session, change: string, request: UpdateRequest): Promise<Run> {
  const { client, taskQueue } = session;
  try {
    const handle = await client.workflow.start('updateCvm', {
      workflowId: change,
      taskQueue,
      args: [request],
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      typedSearchAttributes: attributesOf(request),
      memo: { requestedBy: request.requestedBy, ...(request.reason && { reason: request.reason }) },
      staticSummary: `Update of CVM ${request.cvmId}`,
      staticDetails: detailsOf(request),
    });
    return { change, runId: handle.firstExecutionRunId };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const holder = await describe(client, change);
    // It ended this very moment: the CVM is free.
    if (holder === null) return start(session, change, request);
    const key = holder.typedSearchAttributes.get(idempotencyKey);
    if (key !== undefined && key === request.idempotencyKey) return { change, runId: holder.runId };
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

const holderOf = (change: string, { runId, startTime, typedSearchAttributes }: Description): Holder => ({
  change,
  runId,
  phase: typedSearchAttributes.get(keyword(names.changePhase)) ?? 'preparing',
  requestedBy: typedSearchAttributes.get(keyword(names.requestedBy)) ?? null,
  startedAt: startTime.toISOString(),
});

const attributesOf = ({ cvmId, requestedBy, idempotencyKey: key }: UpdateRequest): SearchAttributePair[] => [
  { key: keyword(names.cvmId), value: cvmId },
  { key: keyword(names.changeKind), value: 'update' },
  { key: keyword(names.changePhase), value: 'preparing' },
  { key: keyword(names.requestedBy), value: requestedBy },
  ...(key === undefined ? [] : [{ key: idempotencyKey, value: key }]),
];

/** What was asked for, as the Web UI shows it beside the course: field names, never their contents. */
const detailsOf = ({ update, requestedBy, reason, registrar, policy }: UpdateRequest): string =>
  [
    `- changes: ${Object.keys(update).join(', ')}`,
    `- requested by: ${requestedBy}`,
    ...(reason ? [`- reason: ${reason}`] : []),
    `- registrar: ${registrar}`,
    `- finality: ${policy.finality}, changed base: ${policy.onBaseChanged}, hash mismatch: ${policy.onHashMismatch}`,
  ].join('\n');
