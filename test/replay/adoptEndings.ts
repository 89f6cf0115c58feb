import { adoption, newCompose, prepareElsewhere } from '../rig/prepareElsewhere.js';
import { days, type Ending, ended } from './ending.js';

/** Updates that somebody else has prepared. */
export const adoptEndings: readonly Ending[] = [
  {
    name: 'adopt-safe',
    phase: 'completed',
    async run(rig) {
      const cvm = await rig.addCvm('safe');
      const { change } = await rig.countersign.adoptUpdate(await adoption(rig, cvm, await prepareElsewhere(rig, cvm)));
      await rig.carryOut(change);
      return change;
    },
  },
  {
    name: 'adopt-renewed',
    phase: 'completed',
    async run(rig) {
      const cvm = await rig.addCvm('safe');
      const file = newCompose();
      const prepared = await prepareElsewhere(rig, cvm, file);
      const { change } = await rig.countersign.adoptUpdate(await adoption(rig, cvm, prepared));
      const waiting = await rig.until(change, 'awaitingRegistration');
      await rig.cloud.simulator.clock.advance(days(15));
      await rig.register(change, waiting);
      await rig.until(change, 'blocked');
      await rig.countersign.adoptUpdate(await adoption(rig, cvm, await prepareElsewhere(rig, cvm, file)));
      return ended(change);
    },
  },
  {
    name: 'adopt-token-void',
    phase: 'failed',
    async run(rig) {
      const cvm = await rig.addCvm('safe');
      const { composeHash } = await prepareElsewhere(rig, cvm);
      const request = await adoption(rig, cvm, { composeHash, token: 'not-a-token' });
      return ended((await rig.countersign.adoptUpdate(request)).change);
    },
  },
];
