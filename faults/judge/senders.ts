import type { Client } from '@temporalio/client';
import { senderWorkflow } from '../../model/sending.js';
import type { Violation } from './evidence.js';
import { readExecution, type Secrets, secretsIn } from './readExecution.js';
import { replay } from './replay.js';

/**
 * Judges the workflows that send with keys, each of which works for many schedules: no task of theirs failed, nothing
 * secret stands in their histories, and these replay.
 */
export async function judgeSenders(client: Client, secrets: Secrets): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: `WorkflowType = "${senderWorkflow}"` })) {
    const { history, seen } = await readExecution(client, { id: workflowId, runId });
    const failures = await replay([{ workflowId, history }]);
    violations.push(
      ...seen.taskFailures.map((failure) => ({ rule: 'bug', expected: 'no task of a sender to fail', seen: failure })),
      ...secretsIn(history, secrets).map((name) => ({
        rule: 'secret',
        expected: 'no secret in the history of a sender',
        seen: name,
      })),
      ...[...failures.values()].map((failure) => ({
        rule: 'replay',
        expected: 'the history of a sender to replay',
        seen: failure,
      })),
    );
  }
  return violations;
}
