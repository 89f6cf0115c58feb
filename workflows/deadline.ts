import { condition } from '@temporalio/workflow';
import type { Change } from './change.js';

/** Ends the change as `expired` at its deadline, wherever `extend` has moved it by then. One timer, however long. */
export async function watchDeadline(change: Change): Promise<void> {
  for (;;) {
    const { status } = change;
    const { deadline } = status;
    const remaining = Math.max(Date.parse(deadline) - Date.now(), 1);
    const isMoved = () => status.deadline !== deadline;
    if (await condition(isMoved, remaining, { summary: `deadline ${deadline}` })) continue;
    change.withdraw('expired', `The deadline ${deadline} passed before the registration.`);
    if (status.withdrawal) return;
    // A commit is beyond it. It may come to nothing, and a registration be awaited anew.
    await condition(() => isMoved() || status.phase === 'awaitingRegistration');
  }
}
