import { describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { useReceiver } from '../rig/receiver.js';
import { useRig } from '../rig/rig.js';

const receiver = await useReceiver({
  COUNTERSIGN_NOTIFY_REMINDERS: '2s,3s',
  COUNTERSIGN_NOTIFY_BEFORE_DEADLINE: '6s',
  COUNTERSIGN_NOTIFY_BEFORE_TOKEN_EXPIRY: 'none',
});
const rig = useRig({ notifications: receiver.environment });

const told = ({ id }: Change) => receiver.of(id).map(({ body }) => body);
const idsOf = (change: Change): readonly string[] => told(change).map(({ id, runId }) => id.replace(`${runId}/`, ''));
const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toISOString();
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const patient = { timeout: 60_000 };
const soon = { timeout: 20_000 };

describe('somebody who does not act', () => {
  it('is reminded at the spans that are set, once each, and the history does not grow', patient, async () => {
    const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('safe')));
    await rig.until(change, 'awaitingRegistration');
    const before = await rig.substance(change);
    const firsts = () => idsOf(change).slice(0, 4);
    await expect.poll(firsts, soon).toEqual(['1', '1/reminder/1', '1/reminder/2', '1/reminder/3']);
    expect(await rig.substance(change)).toEqual(before);
    const [first, ...reminders] = told(change).slice(0, 4);
    const since = Date.parse(first?.occurredAt ?? '');
    expect(reminders.map(({ occurredAt }) => Date.parse(occurredAt) - since)).toEqual([2_000, 5_000, 8_000]);
    for (const { event, phase } of reminders)
      expect([event, phase]).toEqual(['change.reminder', 'awaitingRegistration']);
    // Its attempt ends a moment after what it delivers has come; where that takes its time, the next one has begun.
    const shown = async () => (await change.pending()).find(({ activity }) => activity === 'remind')?.lastFailure;
    await expect
      .poll(shown, soon)
      .toMatchObject({ type: 'NotificationPending', message: expect.stringMatching(/^Next is reminder\/[4-9] at /) });

    await change.send('cancel', { by: 'test' });
    await change.result();
    await expect.poll(() => idsOf(change).at(-1), soon).toBe('2');
    const all = idsOf(change).length;
    await pause(4_000);
    expect(idsOf(change), 'after the end').toHaveLength(all);
  });

  it('is told before the deadline, wherever that was moved, and of what stands by then', patient, async () => {
    // What is told before this one would be due long after it is moved, and before what is told of the other.
    const deadline = inSeconds(14);
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm, { policy: { deadline } }));
    await rig.until(change, 'awaitingRegistration');
    const before = await rig.substance(change);
    const moved = inSeconds(18);
    await change.send('extend', { by: 'alice', deadline: moved });
    await expect.poll(() => idsOf(change), soon).toContain('1/deadline/6');
    const [near] = told(change).filter(({ event }) => event === 'change.deadlineNear');
    expect(near).toMatchObject({ deadline: moved, occurredAt: new Date(Date.parse(moved) - 6_000).toISOString() });
    expect(near?.commands).toContain(`countersign extend ${change.id} --deadline 7d`);
    expect(
      told(change)
        .filter(({ event }) => event === 'change.reminder')
        .at(-1)?.deadline,
    ).toBe(moved);
    // The message itself, and the timer that it moves.
    expect((await rig.substance(change)).length - before.length).toBeLessThanOrEqual(4);
    expect(await change.result()).toMatchObject({ phase: 'expired' });
    await expect.poll(() => told(change).at(-1)?.event, soon).toBe('change.expired');
    expect(idsOf(change).filter((id) => id.includes('deadline'))).toHaveLength(1);
  });

  it('is told that the change is blocked, reminded of it, and of nothing when it goes on', patient, async () => {
    const cvm = await rig.addCvm('safe');
    const { faults } = rig.cloud.simulator;
    faults.add({
      endpoint: 'patchCvm',
      cvm: cvm.vmUuid,
      what: { kind: 'answer', status: 401, body: { detail: 'no' } },
    });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await expect.poll(() => idsOf(change).slice(0, 2), soon).toEqual(['1', '1/reminder/1']);
    const [first, reminder] = told(change);
    expect(first).toMatchObject({ event: 'change.blocked', blocked: { failure: 'PhalaUnauthorized' } });
    expect(first?.commands).toEqual([`countersign retry ${change.id}`, `countersign cancel ${change.id}`]);
    expect(reminder).toMatchObject({ event: 'change.reminder', phase: 'blocked' });
    await change.send('retry', { by: 'operator' });
    const before = told(change).length;
    await rig.until(change, 'awaitingRegistration');
    await expect.poll(() => idsOf(change), soon).toContain('2/reminder/1');
    expect(
      told(change)
        .slice(before)
        .map(({ phase }) => phase),
    ).not.toContain('blocked');
    await change.send('cancel', { by: 'test' });
    await change.result();
  });

  it('is told that the change is held before its commit, and what to type', patient, async () => {
    const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('safe')));
    const waiting = await rig.until(change, 'awaitingRegistration');
    await change.send('pause', { by: 'test' });
    await rig.register(change, waiting);
    await expect.poll(() => told(change).map(({ event }) => event), soon).toContain('change.paused');
    await expect
      .poll(() => told(change).at(-1), soon)
      .toMatchObject({
        event: 'change.reminder',
        paused: true,
        commands: [`countersign resume ${change.id}`],
      });
    await change.send('resume', { by: 'test' });
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    await expect.poll(() => told(change).at(-1)?.event, soon).toBe('change.completed');
  });
});
