import { expect, it } from 'vitest';
import { useReceiver } from '../rig/receiver.js';
import { useRig } from '../rig/rig.js';

const receiver = await useReceiver();

/** Milliseconds; it is a matter of one more workflow task, and took eight seconds and more where it was tried in vain. */
const soon = 7_500;

let handedOver = 0;
const rig = useRig({
  notifications: receiver.environment,
  activities: ({ local, ...others }) => ({
    ...others,
    local: {
      // The first time something happens to the change meanwhile: the server refuses its end, and it has to end again.
      handOver: async (input) => {
        await local.handOver(input);
        if (++handedOver > 1) return;
        await rig.client.workflow.getHandle(`notifications-${input.runId}`).result();
        await rig.client.workflow.getHandle(input.change).signal('sighting', { kind: 'queue' });
      },
    },
  }),
});

it('a change whose end the server refuses, as something has just happened, ends at once, and tells so once', async () => {
  const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('safe')));
  await rig.until(change, 'awaitingRegistration');
  const rejected = Date.now();
  await change.send('reject', { by: 'alice' });
  expect((await change.result()).phase).toBe('rejected');
  expect(Date.now() - rejected).toBeLessThan(soon);
  expect(await rig.eventTypes(change)).toContain(String(taskFailed));
  const ends = receiver.of(change.id).filter(({ body }) => body.event === 'change.rejected');
  expect(ends).toHaveLength(1);
});

/** Number of the event WORKFLOW_TASK_FAILED. */
const taskFailed = 9;
