import type { WorkflowHandle } from '@temporalio/client';
import { wasAskedTooEarly } from '../model/askedTooEarly.js';
import { statusQuery } from '../model/messages.js';
import type { ChangeStatus } from '../model/status.js';

/** Milliseconds after which a question that came too early is asked again. By then it waits for the task at the server. */
const pause = 100;

/** Asks a change for its state; once more where it was asked too early, until the deadline of the caller. */
export async function askStatus(handle: Pick<WorkflowHandle, 'query'>): Promise<ChangeStatus> {
  for (;;) {
    try {
      return await handle.query<ChangeStatus>(statusQuery);
    } catch (error) {
      if (!wasAskedTooEarly(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
