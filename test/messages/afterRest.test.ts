import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { replayAll } from '../rig/executions.js';
import { useRig } from '../rig/rig.js';

const rig = useRig({ workers: false });
/** Nothing is kept in memory: each task begins with the whole history. */
beforeAll(() => rig.startWorkers({ maxCachedWorkflows: 0 }));

/**
 * A worker that has lost the workflow gets what led to no command, and the message after it, in one go. Every other one
 * gets them one after the other, and has to come to the same commands all the same.
 */
const replays = (): Promise<number> => replayAll(rig.client, rig.taskQueue, []);

/** EventType on the wire (temporal.api.enums.v1). */
const [taskScheduled, taskCompleted] = ['5', '7'];

/** Whether some task of the workflow led to no command: then the next one follows right after it. */
async function hasTaskWithoutCommands(change: Change): Promise<boolean> {
  const types = await rig.eventTypes(change);
  return types.some((type, index) => type === taskCompleted && types[index + 1] === taskScheduled);
}

describe('a message that comes right after a task that led to nothing', () => {
  it('a resume, where the answer before it found the change paused', async () => {
    const name = rig.name();
    rig.cloud.simulator.faults.add({ endpoint: 'provisionCvm', what: { kind: 'delay', milliseconds: 1_500 } });
    const change = await rig.countersign.provisionCvm({
      name,
      compose: { dockerComposeFile: 'services:\n  web:\n    image: nginx\n' },
      requestedBy: 'test',
    });
    await change.send('pause', { by: 'test' });
    await rig.untilStatus(change, ({ awaiting }) => awaiting?.includes('resume') ?? false, 'to wait for a resume');
    await change.send('resume', { by: 'test' });
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(await hasTaskWithoutCommands(change)).toBe(true);
    await replays();
  });

  it('another deadline, where the one before it passed during the commit', async () => {
    const cvm = await rig.addCvm('safe');
    rig.cloud.simulator.faults.add({
      endpoint: 'commitUpdate',
      cvm: cvm.vmUuid,
      what: { kind: 'delay', milliseconds: 15_000 },
    });
    // Late enough that the registration is there by then, and long before the commit is through.
    const deadline = new Date(Date.now() + 10_000).toISOString();
    const change = await rig.countersign.updateCvm(rig.request(cvm, { policy: { deadline } }));
    await rig.register(change, await rig.until(change, 'awaitingRegistration'));
    await rig.until(change, 'committing');
    await pause(Date.parse(deadline) - Date.now() + 500);
    await change.send('extend', { by: 'test', deadline: new Date(Date.now() + 60_000).toISOString() });
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(await hasTaskWithoutCommands(change)).toBe(true);
    await replays();
  });
});
