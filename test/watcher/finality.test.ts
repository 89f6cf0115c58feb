import { describe, expect, it } from 'vitest';
import { awaitedFinality } from '../../model/awaitedOnChain.js';
import type { Finality } from '../../model/policy.js';
import { mine } from '../../stack/localChain/faults.js';
import { useRig } from '../rig/rig.js';
import { looksOf, patient } from './patient.js';
import { awaitedBy, untilItWaits } from './seen.js';

/** Blocks come with transactions only: how deep something stands is for the test to say. */
const rig = useRig({ cloud: { chain: { slotsInAnEpoch: 3 } }, watcher: true, activities: patient });

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** How many blocks have to come on top of the registration's own. */
const depths: readonly (readonly [Finality, number])[] = [
  ['latest', 0],
  ['safe', 3],
  ['finalized', 6],
  [1, 0],
  [4, 3],
];

// One after the other: a block on top of one registration is a block on top of all.
describe('a change that waits, and of which nobody tells it', () => {
  it.each(depths)(
    'for a registration that is %s is woken when %i blocks stand on top of it',
    async (finality, depth) => {
      const cvm = await rig.addCvm('safe');
      const change = await rig.countersign.updateCvm(rig.request(cvm, { policy: { finality } }));
      const waiting = await untilItWaits(rig, change);
      expect(awaitedFinality(await awaitedBy(rig, change))).toBe(finality);
      const transactionHash = await rig.signAndExecute(waiting);
      if (depth > 0) {
        await mine(rig.cloud.anvil.rpcUrl, depth - 1);
        // Long enough for some looks of the watcher.
        await pause(1_500);
        expect((await change.status()).phase).toBe('awaitingRegistration');
        expect(looksOf(change)).toBe(1);
        await mine(rig.cloud.anvil.rpcUrl, 1);
      }
      const mined = Date.now();
      expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
      // Before it would have been told once more, after 30 s.
      expect(Date.now() - mined).toBeLessThan(25_000);
      expect((await change.status()).registration).toMatchObject({ finality, final: true });
      expect(looksOf(change)).toBe(2);
      expect(await awaitedBy(rig, change)).toEqual([]);
      // Sixty with the task that settles the look which is not needed any more.
      expect(await rig.lengthOf(change)).toBeLessThanOrEqual(57);
    },
  );
});
