import type { Client, WorkflowHandle } from '@temporalio/client';
import { wasAskedTooEarly } from '../model/askedTooEarly.js';
import { statusQuery } from '../model/messages.js';
import type { ChangeStatus } from '../model/status.js';
import { wasLeftAlone } from './grpcError.js';

/** Milliseconds until a question is asked anew. One that came too early waits for the task at the server by then. */
const pause = 100;

/**
 * Milliseconds that the first attempt is given. After four seconds (`worker/createWorkers.ts`) the server turns from a
 * worker that has died to another one: the question that it hands on then is an old one, and what has happened since comes
 * with it.
 */
const firstPatience = 3_000;

/**
 * Asks a change for its state. A question that was asked too early, or that no worker took up, is asked anew.
 *
 * @param patience milliseconds, after which it is given up
 */
export async function askStatus(
  client: Pick<Client, 'withDeadline'>,
  handle: Pick<WorkflowHandle, 'query'>,
  patience: number,
): Promise<ChangeStatus> {
  const end = Date.now() + patience;
  const ask = (): Promise<ChangeStatus> => handle.query<ChangeStatus>(statusQuery);
  for (let deadline = Math.min(Date.now() + firstPatience, end); ; deadline = end) {
    try {
      return await client.withDeadline(deadline, ask);
    } catch (error) {
      if (!(wasAskedTooEarly(error) || wasLeftAlone(error)) || Date.now() + pause >= end) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
