import { workflowInfo } from '@temporalio/workflow';
import { Failure } from '../model/failure.js';
import { type ChangeKind, type ChangeRequest, workflowIdOf } from '../model/kinds.js';
import { readRequest } from '../model/readRequest.js';
import { refusing } from './refusing.js';

/**
 * Reads the request that this workflow was started with, and sees to it that it runs under the id which is its lock.
 *
 * @throws ApplicationFailure InvalidRequest before anything happened
 */
export function ownRequest<Kind extends ChangeKind>(kind: Kind, input: unknown): ChangeRequest<Kind> {
  return refusing(() => {
    const request = readRequest(kind, input, Date.now());
    const change = workflowIdOf[kind](request);
    if (workflowInfo().workflowId === change) return request;
    throw new Failure('InvalidRequest', `The workflow id must be ${change}: it keeps such changes to one at a time.`);
  });
}
