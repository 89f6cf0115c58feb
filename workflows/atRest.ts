import { CancellationScope, condition } from '@temporalio/workflow';

/** Rounds in which the SDK lets go on what waits for something that has come true; no step here goes through more. */
const rounds = 3;

/**
 * Waits, within the same workflow task, until everything that came before has led to what it leads to.
 *
 * A handler begins with it, so that its message finds the same change wherever the worker got it from. One that has lost
 * the workflow gets a message together with what earlier tasks were about if those led to no command; one that has it in
 * memory, or replays it, gets it afterwards. Without this the first would take up the message while the rest was still
 * under way, and write a history that no other worker could follow.
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
