import type { Context } from '@temporalio/activity';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { Sighting } from '../model/awaitedOnChain.js';
import { sightingSignal } from '../model/messages.js';
import { searchAttributes } from '../model/searchAttributes.js';
import type { Delivery } from '../model/watch.js';
import type { WaitingChange, WaitingChanges } from './wakeUps.js';

/** Temporal's client, as an activity has it. */
type Client = Context['client'];

const awaitedOnChain = defineSearchAttributeKey(searchAttributes.awaitedOnChain, 'KEYWORD_LIST');

/** Keys in one question. With more of them, everybody who waits is listed instead: a page has a thousand. */
const keysPerQuestion = 50;
const mostQuestions = 2;

/** What a look at something delivered is called among the activities of a change. */
const checking = 'checkRegistration';
/** The activities that look by themselves, each attempt once. */
const looking: readonly string[] = ['findRegistration', 'followSafe'];
/** `PENDING_ACTIVITY_STATE_SCHEDULED`: between two attempts, or before the first. */
const scheduled = 1;
/** `PENDING_ACTIVITY_STATE_CANCEL_REQUESTED` */
const cancelRequested = 3;
/** gRPC's `NOT_FOUND`: the look is over. `UNIMPLEMENTED`: the server is older than the request. */
const cannotLook: readonly unknown[] = [5, 12];

/** The changes of one deployment that wait for something on a chain. */
export function waitingChanges(
  client: Client,
  { chainId, taskQueue }: { readonly chainId: number; readonly taskQueue: string },
): WaitingChanges {
  const ours = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`;

  async function list(condition: string): Promise<WaitingChange[]> {
    const found: WaitingChange[] = [];
    for await (const execution of client.workflow.list({ query: `${ours} AND ${condition}` })) {
      const { workflowId: change, runId, typedSearchAttributes } = execution;
      found.push({ change, runId, awaited: typedSearchAttributes.get(awaitedOnChain) ?? [] });
    }
    return found;
  }

  return {
    async find(keys) {
      if (keys.length > keysPerQuestion * mostQuestions) {
        return list(`${searchAttributes.awaitedOnChain} IS NOT NULL AND ${searchAttributes.chainId} = ${chainId}`);
      }
      const found = new Map<string, WaitingChange>();
      for (let index = 0; index < keys.length; index += keysPerQuestion) {
        const values = keys.slice(index, index + keysPerQuestion).map((key) => `'${key}'`);
        for (const change of await list(`${searchAttributes.awaitedOnChain} IN (${values.join(', ')})`)) {
          found.set(change.runId, change);
        }
      }
      return [...found.values()];
    },

    async standing({ change, runId, keys, kind }) {
      const handle = client.workflow.getHandle(change, runId);
      const described = await handle.describe().catch(unlessGone);
      const awaited = described?.typedSearchAttributes.get(awaitedOnChain) ?? [];
      if (described?.status.name !== 'RUNNING' || !keys.some((key) => awaited.includes(key))) return { is: 'gone' };
      const work = described.raw.pendingActivities ?? [];
      const checks = work.some(
        ({ activityType, state }) => activityType?.name === checking && Number(state) !== cancelRequested,
      );
      if (checks && kind === 'registration') return { is: 'checks' };
      const look = work.find(({ activityType }) => looking.includes(activityType?.name ?? ''));
      const rests = Number(look?.state) === scheduled;
      // Of an attempt that is due already there is no time when it will be.
      const goesOn = Boolean(described.raw.pendingWorkflowTask ?? (look && !(rests && look.nextAttemptScheduleTime)));
      return { is: 'waits', look: (rests && look?.activityId) || null, goesOn };
    },

    async lookNow({ change, runId }, look) {
      const { namespace } = client.options;
      const execution = { workflowId: change, runId };
      try {
        await client.workflowService.resetActivity({ namespace, execution, id: look, keepPaused: true });
        return true;
      } catch (error) {
        if (cannotLook.includes(codeOf(error))) return false;
        throw error;
      }
    },

    async tell({ change, runId, kind, transactionHash }: Delivery) {
      const sighting: Sighting = { kind, transactionHash };
      await client.workflow.getHandle(change, runId).signal(sightingSignal, sighting).catch(unlessGone);
    },
  };
}

/** gRPC's code of an error; null where it has none. */
const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : null);

/** A change that has ended meanwhile needs nothing. */
function unlessGone(error: unknown): null {
  if (error instanceof Error && error.name === 'WorkflowNotFoundError') return null;
  throw error;
}
