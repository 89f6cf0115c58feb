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

/** What a look at the registration is called among the activities of a change. */
const checking = 'checkRegistration';
/** `PENDING_ACTIVITY_STATE_CANCEL_REQUESTED` */
const cancelRequested = 3;

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
      if (described?.status.name !== 'RUNNING' || !keys.some((key) => awaited.includes(key))) return 'gone';
      const looks = (described.raw.pendingActivities ?? []).some(
        ({ activityType, state }) => activityType?.name === checking && Number(state) !== cancelRequested,
      );
      return looks && kind === 'registration' ? 'looks' : 'waits';
    },

    async tell({ change, runId, kind, transactionHash }: Delivery) {
      const sighting: Sighting = { kind, transactionHash };
      await client.workflow.getHandle(change, runId).signal(sightingSignal, sighting).catch(unlessGone);
    },
  };
}

/** A change that has ended meanwhile needs nothing. */
function unlessGone(error: unknown): null {
  if (error instanceof Error && error.name === 'WorkflowNotFoundError') return null;
  throw error;
}
