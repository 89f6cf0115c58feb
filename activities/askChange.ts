import { Context } from '@temporalio/activity';
import { statusQuery } from '../model/messages.js';
import type { ChangeStatus } from '../model/status.js';

/** Milliseconds that the change is given to answer. */
const patience = 10_000;

/** Asks the change whose activity this is how it stands now. Leaves nothing in its history. */
export function askChange(): Promise<ChangeStatus> {
  const { client, info } = Context.current();
  const { workflowId = '', runId } = info.workflowExecution ?? {};
  return client.withDeadline(Date.now() + patience, () =>
    client.workflow.getHandle(workflowId, runId).query<ChangeStatus>(statusQuery),
  );
}
