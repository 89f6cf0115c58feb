import { Context } from '@temporalio/activity';
import type { Chain, Chains } from '../chain/chains.js';
import type { ChainActivities } from '../model/chainActivities.js';
import { Failure } from '../model/failure.js';
import { watchCursorSchema } from '../model/watch.js';
import { activity, type Execution } from './activity.js';
import { waitingChanges } from './waitingChanges.js';
import { Watch } from './watch.js';

interface ScanChainOptions {
  readonly chains: Chains;
  /** Milliseconds between looks at the newest block. */
  readonly interval: number;
}

/** Milliseconds after which the place goes into the history, and after which it does where somebody was woken since. */
const longestSlice = 10 * 60_000;
const sliceWithNews = 60_000;
/** Milliseconds until another worker may be there which has the chain. */
const withoutChain = 60_000;

/**
 * Watches a chain. Its place is remembered with each look; whoever takes over goes on from there, and reads
 * again rather than too little. Nothing that goes wrong with chain or server ends it: it waits, and goes on.
 */
export const createScanChain = ({ chains, interval }: ScanChainOptions): ChainActivities['scanChain'] =>
  activity(async ({ chainId, taskQueue, cursor: given }, execution) => {
    // Lost with a worker that died, or of another release: then from where the workflow knows it.
    const remembered = watchCursorSchema.safeParse(execution.remembered);
    const changes = waitingChanges(Context.current().client, { chainId, taskQueue });
    const watch = new Watch(configured(chains, chainId), changes, remembered.data ?? given);
    const wokenBefore = (remembered.data ?? given)?.woken ?? 0;
    for (const started = Date.now(); ; ) {
      const more = await watch.turn();
      const { cursor } = watch;
      if (cursor) execution.remember(cursor);
      // Where it begins is kept before anything else: a heartbeat may be lost.
      if (given === null && cursor) return cursor;
      const age = Date.now() - started;
      const slice = cursor && cursor.woken > wokenBefore && watch.isRemembered ? sliceWithNews : longestSlice;
      if (age >= slice && cursor) return cursor;
      if (more || (await pause(execution, watch.pause(interval)))) continue;
      // Handed on in good order: the next worker begins at this very place.
      if (cursor) return cursor;
      throw new Failure('WorkerStopping', 'The worker stopped; another one takes it up.');
    }
  });

function configured(chains: Chains, chainId: number): Chain {
  try {
    return chains.get(chainId);
  } catch {
    throw new Failure('ChainUnavailable', `No RPC URL is configured for chain ${chainId} with this worker.`, {
      retryAfter: withoutChain,
    });
  }
}

/** @returns false where the worker stops. @throws CancelledFailure where the watcher is cancelled */
async function pause({ sleep, signal }: Execution, milliseconds: number): Promise<boolean> {
  try {
    await sleep(milliseconds);
    return true;
  } catch (error) {
    if (!signal.aborted || Context.current().cancellationDetails?.cancelRequested) throw error;
    return false;
  }
}
