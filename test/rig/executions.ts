import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { bundleFile } from './bundle.js';
import { type History, historyToJson } from './historyJson.js';

/** A run of a workflow that a test started. */
interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

/** Every execution of a task queue, as soon as the server's index has all that are known. */
export async function executionsOf(client: Client, taskQueue: string): Promise<readonly Execution[]> {
  const executions: Execution[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: `TaskQueue = "${taskQueue}"` })) {
    executions.push({ workflowId, runId });
  }
  return executions;
}

/**
 * Replays each execution with the code under test, and looks through its history for secrets.
 *
 * @throws Error that names every execution that does not replay, or in which a secret stands in the clear
 */
export async function replayAll(client: Client, taskQueue: string, secrets: readonly string[]): Promise<number> {
  const executions = await executionsOf(client, taskQueue);
  const problems: string[] = [];
  const histories = await Promise.all(
    executions.map(async ({ workflowId, runId }) => {
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      // Payloads are base64 in JSON: a secret is looked for in the bytes themselves.
      const bytes = decodedPayloads(history);
      for (const secret of secrets)
        if (bytes.includes(secret)) problems.push(`${workflowId}: a secret stands in its history`);
      return { workflowId, history };
    }),
  );
  const results = Worker.runReplayHistories({ workflowBundle: { codePath: bundleFile } }, histories);
  for await (const { workflowId, error } of results) {
    if (!error) continue;
    const failed = histories.find((one) => one.workflowId === workflowId);
    if (failed) problems.push(`${workflowId}, kept as ${await keep(workflowId, failed.history)}: ${error.message}`);
  }
  if (problems.length > 0) throw new Error(`Not every execution replays in silence:\n${problems.join('\n')}`);
  return executions.length;
}

/** Keeps a history that does not replay: it may be the only witness of a race. */
async function keep(workflowId: string, history: History): Promise<string> {
  const folder = join(import.meta.dirname, '../../.countersign/unreplayable');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${workflowId}.json`);
  await writeFile(file, JSON.stringify(historyToJson(history), null, 1));
  return file;
}

/** All text of a history: what stands in fields, and what stands in payloads. */
export function decodedPayloads(history: unknown): string {
  const parts: string[] = [];
  const walk = (value: unknown): void => {
    if (value instanceof Uint8Array) parts.push(Buffer.from(value).toString('utf8'));
    else if (typeof value === 'string') parts.push(value);
    else if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(walk);
  };
  walk(history);
  return parts.join('\n');
}
