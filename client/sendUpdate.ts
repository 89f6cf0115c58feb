import { randomUUID } from 'node:crypto';
import { ApplicationFailure, type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import { grpcErrorOf } from './grpcError.js';

/** gRPC codes FAILED_PRECONDITION and ABORTED. */
const [failedPrecondition, aborted] = [9, 10];

/** More often than this an update does not meet the same mishap. */
const attempts = 5;

/**
 * Sends an update and waits for its answer. Where the workflow task that would have taken it up fails on the server's
 * side (an event came in between, and the workflow was about to end), or a worker gives the task back without a word about the
 * update (it was answering a question about the workflow), the server drops the update: it is sent again, under the same
 * id, so that it is taken up once.
 */
export async function sendUpdate<Answer>(
  handle: Pick<WorkflowHandle, 'executeUpdate'>,
  name: string,
  message: unknown,
  updateId: string = randomUUID(),
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await handle.executeUpdate<Answer, [unknown]>(name, { args: [message], updateId });
    } catch (error) {
      if (attempt === attempts || !wasDropped(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50 * attempt));
    }
  }
}

function wasDropped(error: unknown): boolean {
  if (error instanceof WorkflowUpdateFailedError) {
    return error.cause instanceof ApplicationFailure && error.cause.type === 'UnprocessedUpdate';
  }
  const { code, details = '' } = grpcErrorOf(error) ?? {};
  return code === aborted || (code === failedPrecondition && /workflow task failure/i.test(details));
}
