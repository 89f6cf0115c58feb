import { condition } from '@temporalio/workflow';
import type { Change } from './change.js';

/** Ends the change as `expired` at its deadline, wherever `extend` has moved it by then. One timer, however long. */
export async function watchDeadline(change: Change): Promise<void> {
  for (;;) {
    const { deadline } = change.status;
    const remaining = Math.max(Date.parse(deadline) - Date.now(), 1);
    const moved = await condition(() => change.status.deadline !== deadline, remaining, {
      summary: `deadline ${deadline}`,
    });
    if (!moved) {
      change.withdraw('expired', `The deadline ${deadline} passed before the registration.`);
      return;
    }
  }
}
