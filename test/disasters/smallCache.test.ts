import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeResult } from '../../model/status.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { useRig } from '../rig/rig.js';

/** Active changes for each place in memory: 15. */
const count = 30;
const rig = useRig({ workers: false });
let ends: readonly { readonly cvm: SimulatedCvm; readonly result: ChangeResult; readonly remarks: number }[];

beforeAll(async () => {
  await rig.startWorkers({ maxCachedWorkflows: 2 });
  const changes = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const cvm = await rig.addCvm(index % 2 === 0 ? 'safe' : 'none');
      return { cvm, change: await rig.countersign.updateCvm(rig.request(cvm)) };
    }),
  );
  ends = await Promise.all(
    changes.map(async ({ cvm, change }, index) => {
      if (index % 2 === 0) {
        await rig.until(change, 'awaitingRegistration');
        for (const reason of ['one', 'two', 'three']) await change.send('comment', { by: 'test', reason });
        await rig.carryOut(change);
      }
      const result = await change.result();
      const { events } = await change.status();
      return { cvm, result, remarks: events.filter(({ what }) => what === 'Remark.').length };
    }),
  );
}, 180_000);
afterAll(() => rig.stopWorkers());

describe('a worker that keeps two workflows in memory, with thirty active changes', () => {
  it('brings each of them to its end, in exactly one commit', () => {
    expect(ends.map(({ result }) => result.phase)).toEqual(ends.map(() => 'completed'));
    expect(ends.map(({ cvm }) => cvm.commits.length)).toEqual(ends.map(() => 1));
  });

  it('has forgotten nothing that was said to them', () => {
    expect(ends.map(({ remarks }) => remarks)).toEqual(ends.map((_, index) => (index % 2 === 0 ? 3 : 0)));
  });
});
