import type { Change } from '../../client/change.js';
import type { EndPhase } from '../../model/phases.js';
import type { EndpointName, MadeUpAnswer } from '../../simulator/faults/faultRule.js';
import type { Rig } from '../rig/rig.js';

/** One way in which a change can come to its end, brought about on real parts. */
export interface Ending {
  /** Of its history: `<kind>-<how>`. */
  readonly name: string;
  readonly phase: EndPhase;
  /** Starts a change and brings it to that end. */
  readonly run: (rig: Rig) => Promise<Change>;
}

export const days = (count: number): number => count * 24 * 60 * 60 * 1000;

/** Waits for the end, whatever it is: one that failed has ended, too. */
export async function ended(change: Change): Promise<Change> {
  await change.result().catch(() => {});
  return change;
}

interface Answers extends MadeUpAnswer {
  readonly endpoint: EndpointName;
  readonly cvm?: string;
  readonly times?: number;
}

/** Has the API answer so to the next requests of that kind, one by default. */
export function answer(rig: Rig, { endpoint, cvm, times, ...made }: Answers): void {
  const condition = { endpoint, ...(cvm !== undefined && { cvm }), ...(times !== undefined && { times }) };
  rig.cloud.simulator.faults.add({ ...condition, what: { kind: 'answer', body: { detail: 'no' }, ...made } });
}
