import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ChangeInProgressError } from '../../client/errors.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

describe('a CVM', () => {
  it('has one change at a time: a second one is refused, and told who holds it', async () => {
    const cvm = await rig.addCvm('safe');
    const first = await rig.countersign.updateCvm(rig.request(cvm, { requestedBy: 'alice' }));
    await rig.until(first, 'awaitingRegistration');
    const second = await rig.countersign
      .updateCvm(rig.request(cvm, { requestedBy: 'bob' }))
      .catch((error: unknown) => error);
    expect(second).toBeInstanceOf(ChangeInProgressError);
    expect((second as ChangeInProgressError).holder).toMatchObject({
      change: first.id,
      runId: first.runId,
      phase: 'awaitingRegistration',
      requestedBy: 'alice',
    });
    expect((second as Error).message).toContain('alice');
    await first.send('cancel', { by: 'test' });
    await first.result();
    const third = await rig.countersign.updateCvm(rig.request(cvm, { requestedBy: 'bob' }));
    expect(third.id).toBe(first.id);
    expect(third.runId).not.toBe(first.runId);
    await third.send('cancel', { by: 'test' });
    await third.result();
  });

  it('is changed by one of a hundred that ask at once', async () => {
    const cvm = await rig.addCvm('safe');
    const starts = await Promise.allSettled(
      Array.from({ length: 100 }, () => rig.countersign.updateCvm(rig.request(cvm))),
    );
    const started = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    const refused = starts.flatMap((start) => (start.status === 'rejected' ? [start.reason] : []));
    expect(started).toHaveLength(1);
    for (const reason of refused) {
      expect(reason).toBeInstanceOf(ChangeInProgressError);
      expect(reason.holder.runId).toBe(started[0]?.runId);
    }
    await started[0]?.send('cancel', { by: 'test' });
  });
});

describe('an idempotency key', () => {
  it('makes a repeated request the same change, while it runs and after it has ended', async () => {
    const cvm = await rig.addCvm('safe');
    const request = rig.request(cvm, { idempotencyKey: randomUUID() });
    const changes = await Promise.all(Array.from({ length: 5 }, () => rig.countersign.updateCvm(request)));
    expect(new Set(changes.map(({ runId }) => runId)).size).toBe(1);
    const [change] = changes;
    if (!change) throw new Error('no change was started');
    await rig.until(change, 'awaitingRegistration');
    await rig.carryOut(change);
    expect((await rig.countersign.updateCvm(request)).runId).toBe(change.runId);

    const other = await rig.countersign.updateCvm(rig.request(cvm));
    await other.send('cancel', { by: 'test' });
    await other.result();
    expect((await rig.countersign.updateCvm(request)).runId).toBe(change.runId);
    expect(cvm.commits).toHaveLength(1);
  });
});

describe('a workflow that somebody starts by hand', () => {
  it('fails before anything happens where it would get around the lock', async () => {
    const cvm = await rig.addCvm('safe');
    const run = rig.client.workflow.execute('updateCvm', {
      workflowId: `another-id-${randomUUID()}`,
      taskQueue: rig.taskQueue,
      args: [rig.request(cvm)],
    });
    await expect(run).rejects.toMatchObject({ cause: { type: 'InvalidRequest' } });
    expect(rig.cloud.simulator.ledger.requests.filter(({ cvmId }) => cvmId === cvm.vmUuid)).toEqual([]);
  });

  it('fails with the field named where its request is not valid', async () => {
    const cvm = await rig.addCvm('safe');
    const run = rig.client.workflow.execute('updateCvm', {
      workflowId: `cvm-${cvm.vmUuid}`,
      taskQueue: rig.taskQueue,
      args: [{ ...rig.request(cvm), update: { memory: 'hunter2' } }],
    });
    const { cause } = (await run.catch((error: unknown) => error)) as { cause: { type: string; message: string } };
    expect(cause.type).toBe('InvalidRequest');
    expect(cause.message).toContain('update.memory');
    expect(cause.message).not.toContain('hunter2');
  });
});
