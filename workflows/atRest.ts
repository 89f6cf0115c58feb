import { CancellationScope, condition } from '@temporalio/workflow';

/** Rounds in which the SDK lets go on what waits for something that has come true; no step here goes through more. */
const rounds = 3;

/**
 * Waits, within the same workflow task, until everything that came before has led to what it leads to.
 *
 * A signal comes before what happened in the same task, wherever it stands in the history. A handler that begins with this
 * finds the same change however much of that its worker was given at a time (`oneByOne.ts`).
 */
export const atRest = (): Promise<void> =>
  CancellationScope.nonCancellable(async () => {
    for (let round = 0; round < rounds; round++) await nextRound();
  });

async function nextRound(): Promise<void> {
  // Asked in the midst of a task's jobs, it would come true before the last of them is taken up.
  await Promise.resolve();
  let asked = false;
  await condition(() => {
    const again = asked;
    asked = true;
    return again;
  });
}
