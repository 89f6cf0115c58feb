import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

/** Resets a change, as `temporal workflow reset` does, to the end of its nth workflow task. */
async function reset({ id }: Change, nth: number): Promise<Change> {
  const { events } = await rig.client.workflow.getHandle(id).fetchHistory();
  const completed = (events ?? []).filter(({ workflowTaskCompletedEventAttributes: task }) => task);
  const { runId } = await rig.client.workflowService.resetWorkflowExecution({
    namespace: rig.client.options.namespace,
    workflowExecution: { workflowId: id },
    reason: 'test',
    workflowTaskFinishEventId: completed.at(nth)?.eventId ?? null,
    requestId: randomUUID(),
  });
  return rig.countersign.change(id, runId);
}

describe('a change that an operator resets to an earlier step', () => {
  it('while it waits, prepares again and is committed once', async () => {
    const cvm = await rig.addCvm('safe');
    const first = await rig.countersign.updateCvm(rig.request(cvm));
    const { composeHash } = await rig.until(first, 'awaitingRegistration');
    const again = await reset(first, 0);
    expect((await rig.until(again, 'awaitingRegistration')).composeHash).toBe(composeHash);
    expect(await rig.carryOut(again)).toMatchObject({ phase: 'completed', composeHash });
    expect(cvm.commits).toHaveLength(1);
  });

  it.each([
    ['to its beginning', 0],
    ['to its last step but two', -3],
  ])('after its end, %s, finds that it was committed', async (_where, nth) => {
    const cvm = await rig.addCvm('safe');
    const first = await rig.countersign.updateCvm(rig.request(cvm));
    expect(await rig.carryOut(first)).toMatchObject({ phase: 'completed' });
    const again = await reset(first, nth);
    expect(await again.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });
});
