import type { Client, WorkflowHandle } from '@temporalio/client';
import { wasAskedTooEarly } from '../model/askedTooEarly.js';
import { statusQuery } from '../model/messages.js';
import type { ChangeStatus } from '../model/status.js';
import { deadlineExceeded, grpcErrorOf } from './grpcError.js';

/** Milliseconds after which a question that came too early is asked again. By then it waits for the task at the server. */
const pause = 100;

/**
 * Milliseconds that the first attempt is given. After five seconds the server turns from a worker that has died to another
 * one: the question that it hands on then is an old one, and what has happened since comes with it.
 */
const firstPatience = 4_000;

/**
 * Asks a change for its state, until the deadline of the caller. A question that was asked too early, or that no worker
 * took up at first, is asked anew.
 */
export async function askStatus(
  client: Pick<Client, 'withDeadline'>,
  handle: Pick<WorkflowHandle, 'query'>,
): Promise<ChangeStatus> {
  const ask = (): Promise<ChangeStatus> => handle.query<ChangeStatus>(statusQuery);
  for (let first = true; ; first = false) {
    try {
      return await (first ? client.withDeadline(Date.now() + firstPatience, ask) : ask());
    } catch (error) {
      if (first && grpcErrorOf(error)?.code === deadlineExceeded) continue;
      if (!wasAskedTooEarly(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
