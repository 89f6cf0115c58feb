import { setTimeout as delay } from 'node:timers/promises';
import type { ActiveFault } from '../../simulator/faults/faults.js';

/** Waits until a fault has struck: then the request has been made. A phase begins before that. Works in hooks, too. */
export async function struck(fault: ActiveFault): Promise<void> {
  while (fault.used === 0) await delay(20);
}
