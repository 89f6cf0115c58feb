import { setTimeout as pause } from 'node:timers/promises';
import { type Parked, park } from '../world/parked.js';
import type { SideName } from '../world/side.js';
import { inOwnWorld } from './inOwnWorld.js';
import type { Measure } from './measure.js';

/** Changes of which the table speaks. */
const full = 10_000;
/** Signals that are on their way at a time. */
const atATime = 50;

/** Everybody who waits is approved in one block: how soon the last one is committed. */
export const waking: Measure = {
  name: 'waking',
  quick: false,
  async run({ say, tuned, changes, rounds }) {
    const count = changes ?? full;
    // In a world of its own each: what the first has left behind makes everything slower for the second.
    const woken = (side: SideName): Promise<number> =>
      inOwnWorld({ say, tuned }, async (world) => {
        const parked = await park(world, world.sides[side], count);
        // Somebody has to tell the bare ones; the engine finds out by itself.
        const tell = (transactionHash: `0x${string}`) => tellAll(parked, transactionHash);
        const rate = await drain(parked, count, side === 'ours' ? async () => {} : tell);
        say(`  ${side}: ${rate.toFixed(1)} commits/s`);
        return rate;
      });
    const ours: number[] = [];
    const baseline: number[] = [];
    for (let round = 1; round <= (rounds ?? 1); round++) {
      baseline.push(await woken('baseline'));
      ours.push(await woken('ours'));
    }
    return [
      {
        ...{ name: 'waking', title: 'Waking all that wait', unit: 'commits/s', ours, baseline },
        target: '0.8 of the bare workflow or better',
        isMet: ({ ratio = 0 }) => (count < full ? null : ratio >= 0.8),
        how: `${count} changes registered in one block, until the last commit; the bare ones are told by a signal each; each side with a server, a chain and a cloud of its own`,
      },
    ];
  },
};

/** Commits a second, from just before the registration is sent to the last commit. */
async function drain(
  parked: Parked,
  count: number,
  registered: (transactionHash: `0x${string}`) => Promise<void>,
): Promise<number> {
  const started = performance.now();
  const telling = parked.register().then(registered);
  while (parked.committed() < count) await pause(100);
  const taken = performance.now() - started;
  await telling;
  await Promise.all(parked.updates.map((update) => update.untilEnded()));
  return count / (taken / 1000);
}

async function tellAll({ updates }: Parked, transactionHash: `0x${string}`): Promise<void> {
  const left = [...updates];
  const lane = async (): Promise<void> => {
    for (let update = left.pop(); update; update = left.pop()) await update.tell(transactionHash);
  };
  await Promise.all(Array.from({ length: atATime }, lane));
}
