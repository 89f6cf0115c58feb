import type { Client } from '@temporalio/client';
import type { ExecutionSeen } from './evidence.js';

export type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;

/** What may not be read in a history, by what it is called. */
export type Secrets = ReadonlyMap<string, string>;

/** Causes of `WorkflowTaskFailed` (temporal.api.enums.v1.WorkflowTaskFailedCause) that only the engine's own code brings about. */
const bugs: readonly number[] = [
  // WORKFLOW_WORKER_UNHANDLED_FAILURE: the code threw what it does not throw on purpose.
  14,
  // NON_DETERMINISTIC_ERROR
  24,
];

/** `PENDING_ACTIVITY_STATE_CANCEL_REQUESTED`. */
const cancelRequested = 3;

/** Looks at a closed workflow as the server keeps it. */
export async function readExecution(
  client: Client,
  { id, runId }: { readonly id: string; readonly runId: string },
): Promise<{ readonly history: History; readonly seen: Omit<ExecutionSeen, 'secrets'> }> {
  const handle = client.workflow.getHandle(id, runId);
  const [history, { status, raw }] = await Promise.all([handle.fetchHistory(), handle.describe()]);
  const taskFailures = (history.events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
    failed && bugs.includes(Number(failed.cause)) ? [failed.failure?.message ?? 'no message'] : [],
  );
  // A read that was called off needs no end, nor a reminder of a wait that is over: the server never tries them again.
  const left = (raw.pendingActivities ?? []).filter(
    ({ state, activityType }) => Number(state) !== cancelRequested && activityType?.name !== 'remind',
  );
  return {
    history,
    seen: { running: status.name === 'RUNNING', pendingActivities: left.length, taskFailures },
  };
}

/** The names of those secrets that stand somewhere in a history, in a field or inside of a payload. */
export function secretsIn(history: History, secrets: Secrets): string[] {
  const text = textOf(history);
  return [...secrets].filter(([, secret]) => text.includes(secret)).map(([name]) => name);
}

/** All text of a history. Payloads are bytes there: what they say is read, and once more what they say in base64. */
function textOf(history: unknown): string {
  const parts: string[] = [];
  const walk = (value: unknown): void => {
    if (value instanceof Uint8Array) parts.push(Buffer.from(value).toString('utf8'));
    else if (typeof value === 'string') parts.push(value);
    else if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
  };
  walk(history);
  const plain = parts.join('\n');
  const encoded = plain.match(/[A-Za-z0-9+/_-]{40,}={0,2}/g) ?? [];
  return `${plain}\n${encoded.map((run) => Buffer.from(run, 'base64').toString('utf8')).join('\n')}`;
}
