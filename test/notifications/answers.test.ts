import { describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { useReceiver } from '../rig/receiver.js';
import { useRig } from '../rig/rig.js';

const receiver = await useReceiver({ COUNTERSIGN_NOTIFY_ON: 'none' });
const rig = useRig({ notifications: receiver.environment });
const patient = { timeout: 60_000 };
const soon = { timeout: 20_000 };

/** A change that comes to its end, which is all that is told of it. */
async function anEnd(): Promise<Change> {
  const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('safe')));
  await rig.until(change, 'awaitingRegistration');
  await change.send('cancel', { by: 'test' });
  await change.result();
  return change;
}

/** The workflow that tells of it. */
const telling = async (change: Change) =>
  rig.client.workflow.getHandle(`notifications-${(await change.status()).runId}`);

describe('a receiver that answers', () => {
  it.each([400, 410, 422])(
    '%i refuses the notification for good: it is given up, and that is shown',
    patient,
    async (status) => {
      receiver.status = status;
      const change = await anEnd();
      const { runId } = await change.status();
      expect(await (await telling(change)).result()).toEqual({ delivered: [], givenUp: [`${runId}/1`] });
      expect(receiver.of(change.id)).toHaveLength(1);
    },
  );

  it.each([302, 401, 404, 429, 503])(
    '%i gets it again, and where it was to be sent at first',
    patient,
    async (status) => {
      receiver.status = status;
      const change = await anEnd();
      await expect.poll(() => receiver.of(change.id).length, soon).toBe(1);
      receiver.status = 204;
      const { runId } = await change.status();
      expect(await (await telling(change)).result()).toEqual({ delivered: [`${runId}/1`], givenUp: [] });
      expect(receiver.of(change.id)).toHaveLength(2);
      expect(receiver.received.map(({ path }) => path)).not.toContain('/elsewhere');
    },
  );
});

it('the end of a change does not wait for a receiver that never answers', patient, async () => {
  receiver.status = 'silence';
  const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('safe')));
  await rig.until(change, 'awaitingRegistration');
  const before = Date.now();
  await change.send('cancel', { by: 'test' });
  await change.result();
  // A delivery would wait for ten seconds.
  expect(Date.now() - before).toBeLessThan(8_000);
});
