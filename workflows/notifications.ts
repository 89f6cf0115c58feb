import { sleep } from '@temporalio/workflow';
import type { Phase } from '../model/phases.js';
import { hasEnded } from '../model/phases.js';
import { notify } from './activities.js';
import type { Change } from './change.js';

/** The phases in which somebody outside has to act, or wants to know. */
const announced = (phase: Phase): boolean => phase === 'awaitingRegistration' || phase === 'blocked' || hasEnded(phase);

/** How long the end of a change waits for its last notification. */
const farewell = '30 seconds';

/** Tells the world about phases. A receiver that is down holds nothing up. */
export class Notifications {
  private readonly underWay: Promise<void>[] = [];
  private count = 0;

  /** Called when a phase is entered. */
  announce({ status, notifies }: Change): void {
    if (!notifies || !announced(status.phase)) return;
    const { change, runId, kind, phase, cvmId, cvmName, composeHash, awaiting, requestedBy, deadline } = status;
    const deliveryId = `${runId}/${++this.count}`;
    const delivered = notify.executeWithOptions({ summary: `tell that the change is ${phase}` }, [
      { deliveryId, change, runId, kind, phase, cvmId, cvmName, composeHash, awaiting, requestedBy, deadline },
    ]);
    // Given up after a day. That shows in the history, and changes nothing here.
    this.underWay.push(delivered.catch(() => {}));
  }

  /** Gives the last ones a moment: what is still on its way when a workflow ends is dropped. */
  async finish(): Promise<void> {
    if (this.underWay.length > 0) await Promise.race([Promise.all(this.underWay), sleep(farewell)]);
  }
}
