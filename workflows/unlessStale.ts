import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Change } from './change.js';
import { isRelayable } from './relay.js';

/**
 * Waits for news, or until somebody has told that what is looked at stands otherwise than the change knows: a message, or
 * the watcher of the chain; or that the last signature is there that the relayer was waiting for. The look itself may be an
 * hour away.
 *
 * @returns null where somebody has told: then there is something to do at once
 */
export async function unlessStale<Sight>(change: Change, look: () => Promise<Sight>): Promise<Sight | null> {
  const { staleLooks } = change;
  const scope = new CancellationScope();
  const looking = scope.run(look);
  const stale = condition(() => change.staleLooks > staleLooks || isRelayable(change)).then(() => null);
  const seen = await Promise.race([looking, stale]);
  if (seen === null) {
    scope.cancel();
    await looking.catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    });
  }
  return seen;
}
