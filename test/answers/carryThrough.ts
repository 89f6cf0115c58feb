import type { Change } from '../../client/change.js';
import { ChangeFailedError } from '../../client/errors.js';
import type { FailureType } from '../../model/failures.js';
import { hasEnded } from '../../model/phases.js';
import type { Rig } from '../rig/rig.js';

/** What a change went through. */
export interface Journey {
  readonly end: string;
  /** The failure that ended it; null where none did. */
  readonly failure: string | null;
  /** The failures that blocked it, each lifted by a `retry`. */
  readonly blocked: readonly FailureType[];
  /** How often the owners of the Safe were asked to sign. */
  readonly asked: number;
}

interface Care {
  readonly beforeRegistration?: () => void;
  /** Lifts a block otherwise than by a `retry`, and answers whether it has done so. */
  readonly lift?: ((failure: FailureType) => Promise<boolean>) | undefined;
}

/** Carries a change to its end, whatever it takes: signs what it asks for, and lifts every block. */
export async function carryThrough(
  rig: Rig,
  change: Change,
  { beforeRegistration = () => {}, lift = async () => false }: Care = {},
): Promise<Journey> {
  const blocked: FailureType[] = [];
  let asked = 0;
  let busy = false;
  for await (const status of change.watch()) {
    if (status.phase === 'awaitingRegistration' && !busy) {
      busy = true;
      asked++;
      beforeRegistration();
      await rig.register(change, status);
    } else if (status.phase !== 'awaitingRegistration') {
      busy = false;
    }
    if (status.phase === 'blocked' && status.blocked) {
      blocked.push(status.blocked.failure);
      if (!(await lift(status.blocked.failure))) await change.send('retry', { by: 'operator' });
    }
    if (hasEnded(status.phase)) break;
  }
  try {
    return { end: (await change.result()).phase, failure: null, blocked, asked };
  } catch (error) {
    if (error instanceof ChangeFailedError) return { end: 'failed', failure: error.type, blocked, asked };
    throw error;
  }
}
