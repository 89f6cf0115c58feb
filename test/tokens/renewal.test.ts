import { describe, expect, it } from 'vitest';
import { commitRoutes, type HeldChange } from '../rig/commitRoutes.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();
const expired = 15 * 24 * 60 * 60 * 1000;

/** Those on which something is prepared, and may become void. */
const prepared = commitRoutes.filter(({ voidAnswer }) => voidAnswer !== null);

const holdAll = (): Promise<readonly HeldChange[]> => Promise.all(prepared.map(({ hold }) => hold(rig)));
const releaseAll = (all: readonly HeldChange[]): Promise<unknown> => Promise.all(all.map(({ release }) => release()));

/** Sees all of them completed, prepared once more, once in effect, and nobody asked for anything else than before. */
async function expectRenewed(all: readonly HeldChange[], before: readonly unknown[]): Promise<void> {
  const ends = await Promise.all(all.map(({ change }) => change.result()));
  expect(ends.map(({ phase }) => phase)).toEqual(all.map(() => 'completed'));
  const after = await Promise.all(all.map(({ change }) => change.status()));
  expect(after.map(({ preparations }) => preparations)).toEqual(all.map(() => 2));
  expect(all.map(({ effects }) => effects())).toEqual(all.map(() => 1));
  for (const [index, { events }] of after.entries()) {
    const record = events.map(({ what }) => what).join('\n');
    expect(record, prepared[index]?.name).toContain('What was prepared is void');
    expect(record).not.toContain('registered anew');
  }
  // An app that was deployed meanwhile is used: then its contract is what is asked about, and nothing is missing there.
  const calls = after.map(({ proposal }) => proposal?.calls ?? []);
  for (const [index, now] of calls.entries()) expect([before[index], []]).toContainEqual(now);
}

const askedFor = (all: readonly HeldChange[]): Promise<readonly unknown[]> =>
  Promise.all(all.map(async ({ change }) => (await change.status()).proposal?.calls ?? []));

// One after the other: they move the clock for all.
describe('what was prepared, of whichever kind, is prepared again and nobody is asked twice', () => {
  it('where it expires between the registration and the commit', async () => {
    const all = await holdAll();
    const before = await askedFor(all);
    await rig.cloud.simulator.clock.advance(expired);
    await releaseAll(all);
    await expectRenewed(all, before);
  });

  it('where it expires while the commit is on its way', async () => {
    const all = await holdAll();
    const before = await askedFor(all);
    const slow = all.map(({ fault }) => fault({ kind: 'delay', milliseconds: 10_000 }));
    await releaseAll(all);
    // The first is still on its way when the last one has arrived.
    await expect.poll(() => slow.map(({ used }) => used), { timeout: 9_000 }).toEqual(all.map(() => 1));
    await rig.cloud.simulator.clock.advance(expired);
    await expectRenewed(all, before);
  }, 120_000);

  it('where it expires while the commit is tried again and again', async () => {
    const all = await holdAll();
    const before = await askedFor(all);
    for (const { fault } of all) fault({ kind: 'answer', status: 503 }, 3);
    await releaseAll(all);
    await rig.cloud.simulator.clock.advance(expired);
    await expectRenewed(all, before);
  });
});

it('what was prepared and never holds blocks a change after ten times, whatever it is; it goes on by retry', async () => {
  const { faults } = rig.cloud.simulator;
  await Promise.all(
    prepared.map(async ({ name, hold, voidAnswer }) => {
      const { change, fault, effects, release } = await hold(rig);
      const never = fault(voidAnswer ?? { kind: 'reset' }, null);
      await release();
      const { blocked, preparations } = await rig.until(change, 'blocked');
      expect(blocked, name).toMatchObject({ failure: 'TooManyPreparations', effect: 'none' });
      expect([preparations, never.used, effects()], name).toEqual([10, 10, 0]);
      faults.remove(never.id);
      await change.send('retry', { by: 'operator' });
      expect(await change.result(), name).toMatchObject({ phase: 'completed' });
      expect(effects(), name).toBe(1);
    }),
  );
}, 120_000);
