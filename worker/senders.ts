import { Client, type ConnectionLike, WorkflowNotFoundError } from '@temporalio/client';
import type { Senders } from '../activities/sending/senders.js';
import {
  type OrderStanding,
  orderSignal,
  type SendingKey,
  senderOf,
  senderWorkflow,
  standingQuery,
  withdrawSignal,
} from '../model/sending.js';

interface SendersOptions {
  readonly connection: ConnectionLike;
  readonly namespace: string;
  /** Task queue of the workflows. */
  readonly taskQueue: string;
}

/** Reaches the senders through Temporal. */
export function createSenders({ connection, namespace, taskQueue }: SendersOptions): Senders {
  const { workflow } = new Client({ connection, namespace });
  const handle = (key: SendingKey) => workflow.getHandle(senderOf(key, taskQueue));
  return {
    async order(key, order) {
      await workflow.signalWithStart(senderWorkflow, {
        workflowId: senderOf(key, taskQueue),
        taskQueue,
        args: [{ key }],
        signal: orderSignal,
        signalArgs: [order],
        staticSummary: `Sends with the key ${key.address} on chain ${key.chainId}`,
      });
    },

    async standing(key, id) {
      return unlessNone(handle(key).query<OrderStanding | null, [string]>(standingQuery, id), null);
    },

    async withdraw(key, id) {
      return unlessNone(
        handle(key)
          .signal(withdrawSignal, id)
          .then(() => true),
        false,
      );
    },
  };
}

/** For a sender that does not run, or never did. */
async function unlessNone<Result>(answer: Promise<Result>, none: Result): Promise<Result> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return none;
    throw error;
  }
}
