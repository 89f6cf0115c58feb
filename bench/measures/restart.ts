import { sendCall } from '../../stack/localChain/sendCall.js';
import { park } from '../world/parked.js';
import { registrationOf } from '../world/subject.js';
import { inOwnWorld } from './inOwnWorld.js';
import { committedAt } from './latency.js';
import type { Measure } from './measure.js';

/** Changes of which the table speaks. */
const full = 1_000;
/** Milliseconds. */
const allowed = 5_000;

/** The worker is killed while many wait, and one of them is approved while nobody works. */
export const restart: Measure = {
  name: 'restart',
  quick: false,
  run: ({ say, tuned, changes, rounds }) =>
    inOwnWorld({ say, tuned }, async (world) => {
      const { cloud, engine, sides, subjects } = world;
      const count = changes ?? full;
      await park(world, sides.ours, count);
      const ours: number[] = [];
      for (let round = 1; round <= (rounds ?? 3); round++) {
        const [subject] = subjects;
        if (!subject) throw new Error('The world has no CVM.');
        const { dockerComposeFile, composeHash } = subject.unseen();
        const update = await sides.ours.start(subject, { dockerComposeFile, unregistered: true });
        await update.untilWaiting();
        await engine.kill();
        const registration = { to: subject.cvm.appId, data: registrationOf(composeHash) };
        const { rpcUrl } = cloud.anvil;
        await update.tell(await sendCall({ rpcUrl, ...registration, sender: subject.owner.privateKey }));
        const started = Date.now();
        await engine.startAgain();
        await update.untilEnded();
        ours.push(committedAt(subject) - started);
        say(`  round ${round}: ${ours.at(-1)} ms`);
      }
      return [
        {
          ...{ name: 'restart', title: 'Restart with many waiting', unit: 'ms', ours, baseline: [] },
          target: `below ${allowed} ms`,
          isMet: (figures) => (count < full ? null : figures.ours < allowed),
          how: `${count} wait, one was approved while no worker ran: from the start of the worker's process to the commit`,
        },
      ];
    }),
};
