import { describe, expect, it } from 'vitest';
import { commitRoutes } from '../rig/commitRoutes.js';
import { useRig } from '../rig/rig.js';

const minutes = (count: number): number => count * 60 * 1000;

describe.each([
  ['ahead', minutes(10)],
  ['behind', minutes(-10)],
])('a cloud whose clock is ten minutes %s', (_where, clockOffset) => {
  const rig = useRig({ cloud: { clockOffset } });

  it('makes no difference to any change: prepared once, once in effect', async () => {
    const held = await Promise.all(commitRoutes.map(({ hold }) => hold(rig)));
    expect(Math.abs(rig.cloud.simulator.clock.now().getTime() - Date.now() - clockOffset)).toBeLessThan(minutes(1));
    await Promise.all(held.map(({ release }) => release()));
    const ends = await Promise.all(held.map(({ change }) => change.result()));
    expect(ends.map(({ phase }) => phase)).toEqual(held.map(() => 'completed'));
    expect(held.map(({ effects }) => effects())).toEqual(held.map(() => 1));
    const statuses = await Promise.all(held.map(({ change }) => change.status()));
    for (const { preparations } of statuses) expect(preparations).toBeLessThanOrEqual(1);
  });

  it('does not hide what a commit did whose answer was lost', async () => {
    const held = await Promise.all(commitRoutes.map(({ hold }) => hold(rig)));
    for (const { fault } of held) fault({ kind: 'loseReply', by: 'reset' });
    await Promise.all(held.map(({ release }) => release()));
    const ends = await Promise.all(held.map(({ change }) => change.result()));
    expect(ends.map(({ phase }) => phase)).toEqual(held.map(() => 'completed'));
    expect(held.map(({ effects }) => effects())).toEqual(held.map(() => 1));
  });
});
