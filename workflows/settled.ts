import type { Change } from './change.js';
import { Withdrawal } from './withdrawal.js';

/** Milliseconds that a call may be on its way: one that its sender has given up may still reach the API until then. */
const longestCall = 30_000;

/**
 * Runs what takes effect. A change that is withdrawn meanwhile ends as withdrawn only where a look, made when nothing
 * can be on its way any more, shows that it did nothing; else it goes on.
 *
 * @param look null where nothing took effect
 * @throws Withdrawal; StepFailure
 */
export async function settled<Result>(
  change: Change,
  commit: () => Promise<Result>,
  look: () => Promise<Result | null>,
): Promise<Result> {
  change.checkWithdrawal();
  change.enter('committing');
  try {
    return await commit();
  } catch (error) {
    if (!(error instanceof Withdrawal) || change.status.blocked?.effect === 'none') throw error;
    change.settle();
    change.enter('committing', 'a look whether it took effect: if not, the change ends as it was asked to');
    await change.sleep(longestCall, 'until nothing can be on its way any more');
    const found = await change.attempt(look);
    if (found === null) throw error;
    return found;
  }
}
