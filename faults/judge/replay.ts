import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { projectFolder } from '../../stack/projectFolder.js';
import type { History } from './readExecution.js';

/** Silent, but for errors. Once in a process. */
let installed = false;
function installRuntime(): void {
  if (installed) return;
  installed = true;
  const logging = { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } as const;
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging } });
}

/**
 * Replays histories with the workflow code that runs in production.
 *
 * @returns by workflow id, why it does not replay
 */
export async function replay(
  histories: readonly { readonly workflowId: string; readonly history: History }[],
): Promise<ReadonlyMap<string, string>> {
  installRuntime();
  const codePath = join(projectFolder(), 'dist/workflowBundle.js');
  const failures = new Map<string, string>();
  const results = Worker.runReplayHistories({ workflowBundle: { codePath } }, [...histories]);
  for await (const { workflowId, error } of results) if (error) failures.set(workflowId, error.message);
  return failures;
}
