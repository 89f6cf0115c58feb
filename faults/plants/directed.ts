import type { Schedule } from '../schedule/schedule.js';
import type { PlantName } from './plants.js';

/** Schedules in which a defect shows, if there is one. An engine without it comes through them well. */
export const directed: Readonly<Record<PlantName, readonly Schedule[]>> = {
  commitsWithoutLooking: [
    schedule(1, { kind: 'replicate', governance: 'none', faults: [lost('replicateCvm')] }),
    schedule(3, {
      kind: 'provision',
      governance: 'none',
      quirks: { repeatedProvisionCommit: 'createsAnother' },
      faults: [lost('commitCvmProvision')],
    }),
  ],
  trustsTheReceipt: [
    schedule(4, { kind: 'update', governance: 'safe', signing: signing(true) }),
    schedule(5, { kind: 'allowlist', governance: 'safe', signing: signing(true) }),
  ],
  keepsTheToken: [schedule(6, { kind: 'update', governance: 'safe' })],
};

function schedule(seed: number, more: Partial<Schedule>): Schedule {
  return {
    seed,
    kind: 'update',
    governance: 'safe',
    request: {
      finality: 'latest',
      external: false,
      onBaseChanged: 'hold',
      onHashMismatch: 'show',
      deadline: null,
      touches: 'compose',
      otherNode: false,
      underApp: false,
      environment: false,
      steps: 1,
    },
    quirks: {},
    signing: signing(false),
    faults: [],
    happenings: [],
    ...more,
  };
}

function signing(failFirst: boolean): Schedule['signing'] {
  return { approve: true, delay: 0, tell: 'update', failFirst };
}

/** The call takes effect, and its answer does not arrive. */
function lost(endpoint: Schedule['faults'][number]['endpoint']): Schedule['faults'][number] {
  return { endpoint, skip: 0, times: 1, what: { kind: 'loseReply', by: 'reset' } };
}
