import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { type WatchChainInput, watchChainType, watcherOf } from '../model/watch.js';

interface KeepWatchersOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly chains: readonly number[];
  readonly log: Logger;
}

/** Milliseconds until it is seen to again, where all went well and where not. */
const untilNext = 5 * 60_000;
const untilNextAttempt = 30_000;

/**
 * Sees to it that each chain has its watcher: one workflow for all workers, which goes on where it is. Where it cannot be
 * started, as a worker has not the right to, changes are not woken, and look by themselves: nothing is lost, nothing fails.
 */
export function keepWatchers({ connection, namespace, taskQueue, chains, log }: KeepWatchersOptions): {
  stop(): void;
} {
  const client = new Client({ connection, namespace });
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function see(): Promise<void> {
    const outcomes = await Promise.allSettled(chains.map((chainId) => startWatcher(client, { chainId, taskQueue })));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (stopped) return;
    if (failed) log.warn({ err: failed.reason, chains }, 'could not start the watchers: changes look by themselves');
    timer = setTimeout(() => void see(), failed ? untilNextAttempt : untilNext);
    timer.unref();
  }

  if (chains.length > 0) void see();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Starts the watcher of a chain, where it does not run already. */
export async function startWatcher(
  client: Client,
  { chainId, taskQueue }: { readonly chainId: number; readonly taskQueue: string },
): Promise<void> {
  const input: WatchChainInput = { chainId, cursor: null };
  await client.workflow.start<(input: WatchChainInput) => Promise<void>>(watchChainType, {
    workflowId: watcherOf(chainId, taskQueue),
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `Watches chain ${chainId}`,
  });
}
