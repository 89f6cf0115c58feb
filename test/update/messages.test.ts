import { describe, expect, it } from 'vitest';
import { ChangeNotFoundError, InvalidInputError, type MessageRefusedError } from '../../client/errors.js';
import type { MessageName } from '../../model/messages.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

async function waiting() {
  const cvm = await rig.addCvm('safe');
  const change = await rig.countersign.updateCvm(rig.request(cvm));
  return { cvm, change, status: await rig.until(change, 'awaitingRegistration') };
}

describe.concurrent('a change', () => {
  it.each([
    ['reject', 'rejected'],
    ['cancel', 'cancelled'],
  ] as const)('ends without effect by %s, and says who and why', async (message, phase) => {
    const { cvm, change } = await waiting();
    await change.send(message, { by: 'alice', reason: 'wrong image' });
    const result = await change.result();
    expect(result).toMatchObject({ phase, correlationId: null });
    expect(result.summary).toContain('alice');
    expect(result.summary).toContain('wrong image');
    expect(cvm.commits).toHaveLength(0);
    expect(await change.status()).toMatchObject({ phase });
  });

  it('is cancelled at whichever instant of its first second the message comes', async () => {
    // Right at the start the server may drop an update: the client sends it again, and it counts once.
    const ends = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('safe')));
        await new Promise((resolve) => setTimeout(resolve, index * 40));
        await change.send('cancel', { by: 'test' });
        return change.result();
      }),
    );
    expect(ends.map(({ phase }) => phase)).toEqual(ends.map(() => 'cancelled'));
  });

  it('ends without effect where it is cancelled through Temporal itself', async () => {
    const { cvm, change } = await waiting();
    await rig.client.workflow.getHandle(change.id).cancel();
    expect(await change.result()).toMatchObject({ phase: 'cancelled' });
    expect(cvm.commits).toHaveLength(0);
  });

  it('is cancelled while it is being prepared, with the API out of reach', async () => {
    const cvm = await rig.addCvm('safe');
    const rule = rig.cloud.simulator.faults.add({
      endpoint: 'getCvm',
      cvm: cvm.vmUuid,
      times: null,
      what: { kind: 'answer', status: 503 },
    });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await change.send('cancel', { by: 'test' });
    expect(await change.result()).toMatchObject({ phase: 'cancelled' });
    rig.cloud.simulator.faults.remove(rule.id);
  });

  it('expires at its deadline, wherever that was moved to', async () => {
    const cvm = await rig.addCvm('safe');
    const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
    // Far enough away that it can be moved before it passes.
    const first = inSeconds(15);
    const change = await rig.countersign.updateCvm(rig.request(cvm, { policy: { deadline: first } }));
    await rig.until(change, 'awaitingRegistration');
    const deadline = new Date(Date.parse(first) + 3_000).toISOString();
    await change.send('extend', { by: 'alice', deadline });
    const result = await change.result();
    expect(result).toMatchObject({ phase: 'expired' });
    expect(result.summary).toContain(deadline);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(deadline));
    expect(cvm.commits).toHaveLength(0);
  });

  it('held by a pause is registered, but not committed before it is resumed', async () => {
    const { cvm, change, status } = await waiting();
    await change.send('pause', { by: 'alice', reason: 'freeze' });
    const transactionHash = await rig.register(change, status);
    const held = await rig.untilStatus(change, ({ registration }) => registration !== null, 'a registration');
    expect(held).toMatchObject({ paused: true });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(cvm.commits).toHaveLength(0);
    await change.send('resume', { by: 'alice' });
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    expect(cvm.commits).toHaveLength(1);
  });

  it('held by a pause is not committed where the registration was revoked meanwhile', async () => {
    const { cvm, change, status } = await waiting();
    await change.send('pause', { by: 'alice' });
    await rig.register(change, status);
    await rig.untilStatus(change, ({ registration }) => registration !== null, 'a registration');
    const remove = { ...status, proposal: structuredClone(status.proposal) };
    const [call] = remove.proposal?.calls ?? [];
    // The same argument, to removeComposeHash (0x67b3f22c).
    Object.assign(call ?? {}, { data: `0x67b3f22c${call?.data.slice(10)}` });
    await rig.signAndExecute(remove);
    await change.send('resume', { by: 'alice' });
    const waitingAgain = await rig.until(change, 'awaitingRegistration');
    expect(waitingAgain.events.some(({ what }) => what.includes('vanished'))).toBe(true);
    expect(cvm.commits).toHaveLength(0);
    await rig.carryOut(change);
    expect(cvm.commits).toHaveLength(1);
  });

  it('keeps remarks in its record, with who made them', async () => {
    const { change } = await waiting();
    await change.send('comment', { by: 'carol', reason: 'signed by two of three' });
    // Others use the Safe meanwhile: what is said of that may come after it.
    const remark = (await change.status()).events.find(({ by }) => by === 'carol');
    expect(remark).toMatchObject({ reason: 'signed by two of three' });
    expect(Date.parse(remark?.at ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });
});

describe.concurrent('a message', () => {
  it('is refused by name where it is out of place, and by a change that has ended', async () => {
    const { change } = await waiting();
    const refused = (name: MessageName, extra: object = {}) =>
      change.send(name, { by: 'test', ...extra } as never).then(
        () => null,
        (error: MessageRefusedError) => error.type,
      );
    expect(await refused('resume')).toBe('MessageOutOfPlace');
    expect(await refused('retry')).toBe('MessageOutOfPlace');
    expect(await refused('extend', { deadline: new Date(Date.now() + 1_000).toISOString() })).toBe('InvalidMessage');
    await change.send('cancel', { by: 'test' });
    await change.result();
    for (const name of ['cancel', 'reject', 'pause', 'registered', 'retry'] as const) {
      expect(await refused(name), name).toBe('ChangeEnded');
    }
  });

  it('is refused before it is sent where it is not valid', async () => {
    const { change } = await waiting();
    await expect(change.send('cancel', { by: '' })).rejects.toBeInstanceOf(InvalidInputError);
    await expect(change.send('extend', { by: 'test', deadline: 'tomorrow' })).rejects.toThrow('deadline');
  });

  it('to a change that never was says so', async () => {
    const nobody = rig.countersign.change('cvm-00000000-0000-4000-8000-000000000000');
    await expect(nobody.send('cancel', { by: 'test' })).rejects.toBeInstanceOf(ChangeNotFoundError);
    await expect(nobody.status()).rejects.toBeInstanceOf(ChangeNotFoundError);
  });
});
