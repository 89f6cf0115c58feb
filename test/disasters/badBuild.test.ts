import { afterEach, describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { type Alteration, type AlteredBundle, alteredBundle } from '../rig/alteredBundle.js';
import { useRig } from '../rig/rig.js';

const rig = useRig({ workers: false });
let bad: AlteredBundle | undefined;

afterEach(async () => {
  await rig.stopWorkers();
  await bad?.remove();
});

/** Bad builds, and with what the task of the workflow fails. */
const builds: readonly (Alteration & { readonly what: string; readonly failure: RegExp })[] = [
  {
    what: 'has a bug where the registration was found',
    file: 'workflows/register.js',
    from: 'status.registration = seen;',
    to: 'status.registration = seen; status.nothing.at.all;',
    failure: /Cannot read properties of undefined/,
  },
  {
    what: 'goes another way than the change has come',
    file: 'workflows/course.js',
    from: "change.enter('preparing');",
    to: "change.enter('preparing'); await change.sleep(1_000, 'a moment');",
    failure: /[Nn]ondeterminism/,
  },
  {
    what: 'throws while its code is loaded',
    file: 'workflows/index.js',
    from: "export { updateCvm } from './updateCvm.js';",
    to: "export { updateCvm } from './updateCvm.js'; throw new Error('broken at load');",
    failure: /broken at load/,
  },
];

/** The failures of workflow tasks, as the history tells of them. */
async function taskFailures({ id, runId }: Change): Promise<readonly string[]> {
  const { events } = await rig.client.workflow.getHandle(id, runId).fetchHistory();
  return (events ?? []).flatMap(
    ({ workflowTaskFailedEventAttributes: failed }) => failed?.failure?.message ?? (failed ? ['no message'] : []),
  );
}

describe('a worker with a bad build', { timeout: 120_000 }, () => {
  it.each(builds)('that $what holds the change up; a fixed one carries it on', async ({ failure, ...alteration }) => {
    await rig.startWorkers();
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    await rig.stopWorkers();

    bad = await alteredBundle(alteration);
    await rig.startWorkers({ bundle: bad.file });
    await rig.signAndExecute(waiting);
    await expect.poll(() => taskFailures(change), { timeout: 30_000 }).not.toEqual([]);
    expect((await taskFailures(change)).at(-1)).toMatch(failure);
    const { status } = await rig.client.workflow.getHandle(change.id).describe();
    expect(status.name).toBe('RUNNING');
    expect(cvm.commits).toEqual([]);
    await rig.stopWorkers();

    await rig.startWorkers();
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: waiting.composeHash });
    expect(cvm.commits).toHaveLength(1);
  });
});
