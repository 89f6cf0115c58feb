import { describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { announceable } from '../../model/notification.js';
import { type Delivery, useReceiver } from '../rig/receiver.js';
import { useRig } from '../rig/rig.js';

const receiver = await useReceiver({ COUNTERSIGN_NOTIFY_ON: announceable.join() });
const rig = useRig({ notifications: receiver.environment });
/** The events of a change, each id once: what was on its way when the change ended may come twice. */
const eventsIn = (deliveries: readonly Delivery[]): readonly string[] => [
  ...new Map(deliveries.map(({ body: { id, event } }) => [id, event])).values(),
];
const eventsOf = ({ id }: Change): readonly string[] => eventsIn(receiver.of(id));
const patient = { timeout: 60_000 };
const soon = { timeout: 20_000 };
const course = ['preparing', 'awaitingRegistration', 'verifying', 'committing', 'applying', 'completed'];

describe('a deployment that wants to hear of every phase', () => {
  it('hears of each, under an id of its own, and of no token', patient, async () => {
    const cvm = await rig.addCvm('safe');
    // Deep enough that it is verified for a while.
    const change = await rig.countersign.updateCvm(rig.request(cvm, { policy: { finality: 12 } }));
    await rig.carryOut(change);
    // The first phase is that which it begins in: nothing has been entered yet.
    const expected = course.slice(1).map((phase) => `change.${phase}`);
    await expect.poll(() => eventsOf(change).toSorted(), soon).toEqual(expected.toSorted());
    const { tokens } = rig.cloud.simulator.ledger;
    expect(tokens.length).toBeGreaterThan(0);
    for (const { raw } of receiver.received) for (const token of tokens) expect(raw).not.toContain(token);
  });

  it('hears of all of them, too, when it was down from the beginning to the end', { timeout: 90_000 }, async () => {
    receiver.status = 500;
    const cvm = await rig.addCvm('ownerKey');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
    receiver.status = 204;
    const before = receiver.received.length;
    const late = () => eventsIn(receiver.received.slice(before).filter(({ body }) => body.change === change.id));
    // What it waited for is over: nobody is asked any more to do it.
    await expect
      .poll(() => late().toSorted(), { timeout: 60_000 })
      .toEqual(['change.applying', 'change.committing', 'change.completed']);
  });

  it('hears of a change that failed at its first look', patient, async () => {
    const cvmId = '00000000-0000-4000-8000-00000000dead';
    const update = { dockerComposeFile: 'services: {}\n' };
    const change = await rig.countersign.updateCvm({ cvmId, update, requestedBy: 'test' });
    await change.result().catch(() => {});
    await expect
      .poll(() => receiver.of(change.id).at(-1)?.body, soon)
      .toMatchObject({
        event: 'change.failed',
        outcome: expect.stringContaining('404'),
        commands: [`countersign show ${change.id}`],
      });
  });
});
