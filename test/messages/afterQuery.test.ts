import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { replayAll } from '../rig/executions.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();
/** Which of a question and a task a worker takes first is left to chance: of so many, some go either way. */
const count = 10;

it('a message follows the same steps where a question had the worker look ahead', async () => {
  const changes = await Promise.all(
    Array.from({ length: count }, async () => {
      const cvm = await rig.addCvm('safe');
      const slow = { kind: 'delay', milliseconds: 4_000 } as const;
      rig.cloud.simulator.faults.add({ endpoint: 'getCvm', cvm: cvm.vmUuid, what: slow });
      const change = await rig.countersign.updateCvm(rig.request(cvm));
      await expect.poll(async () => (await change.pending()).length, { timeout: 20_000 }).toBe(1);
      return change;
    }),
  );
  const pending = async () => (await Promise.all(changes.map((change) => change.pending()))).flat();
  const answers: Promise<unknown>[] = [];
  await rig.inOneTask(async () => {
    // Asked while nothing waits for a worker, and answered when the activity has ended: the worker that answers gets to see
    // that end before the task that is due to it.
    answers.push(...changes.map((change) => change.status()));
    await expect.poll(pending, { timeout: 20_000 }).toEqual([]);
    answers.push(...changes.map((change) => change.send('comment', { by: 'test', reason: 'a remark' })));
    await pause(500);
  });
  await Promise.all(answers);
  for (const change of changes) {
    const { events } = await rig.until(change, 'awaitingRegistration');
    expect(events.map(({ what }) => what)).toContain('Remark.');
  }
  await replayAll(rig.client, rig.taskQueue, []);
}, 120_000);
