import { describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { ChangeFailedError } from '../../client/errors.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { useRig } from '../rig/rig.js';
import { struck } from '../rig/struck.js';

/** Operations take their time: there is some for the CVM to vanish in. No test waits for the end of one. */
const rig = useRig({ cloud: { operationSeconds: 30 } });

const failure = async (change: Change): Promise<{ type: string; effect: string }> => {
  const error = await change.result().catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ChangeFailedError);
  const { type, effect } = error as ChangeFailedError;
  return { type, effect };
};

const update = (cvm: SimulatedCvm) => rig.countersign.updateCvm(rig.request(cvm));
const replicate = (cvm: SimulatedCvm) => {
  const node = rig.cloud.simulator.nodes.find(({ id }) => id !== cvm.nodeId)?.id ?? 0;
  return rig.countersign.replicateCvm({
    cvmId: cvm.vmUuid,
    node,
    requestedBy: 'test',
    policy: { finality: 'latest' },
  });
};
const kinds = [
  ['an update', update],
  ['a replica', replicate],
] as const;

const gone = { type: 'CvmNotFound', effect: 'none' };

describe.concurrent.each(kinds)('the CVM of %s that is deleted', (_kind, start) => {
  it('before it is looked at ends the change, by name', async () => {
    const cvm = await rig.addCvm('safe');
    cvm.remove();
    expect(await failure(await start(cvm))).toEqual(gone);
  });

  it('between the look and the preparation ends the change', async () => {
    const cvm = await rig.addCvm('safe');
    const endpoint = start === update ? 'patchCvm' : 'replicateCvm';
    const slow = rig.cloud.simulator.faults.add({
      endpoint,
      cvm: cvm.vmUuid,
      what: { kind: 'delay', milliseconds: 800 },
    });
    const change = await start(cvm);
    await struck(slow);
    cvm.remove();
    expect(await failure(change)).toEqual(gone);
  });

  it('while its registration is awaited ends the change at its commit, without one', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await start(cvm);
    const waiting = await rig.until(change, 'awaitingRegistration');
    cvm.remove();
    await rig.register(change, waiting);
    expect(await failure(change)).toEqual(gone);
    expect(cvm.commits).toHaveLength(0);
  });

  it('while it is blocked before its commit ends the change at the retry', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await start(cvm);
    const waiting = await rig.until(change, 'awaitingRegistration');
    const endpoint = start === update ? 'commitUpdate' : 'commitReplica';
    rig.cloud.simulator.faults.add({ endpoint, cvm: cvm.vmUuid, what: { kind: 'answer', status: 403 } });
    await rig.register(change, waiting);
    await rig.until(change, 'blocked');
    cvm.remove();
    await change.send('retry', { by: 'operator' });
    expect((await failure(change)).type).toMatch(/^(CvmNotFound|AppNotFound)$/);
  });
});

describe.concurrent('the CVM that a change has touched and that is deleted while it starts', () => {
  it.each([['safe'], ['none']] as const)(
    'ends an update as failed, which has taken effect (%s)',
    async (governance) => {
      const cvm = await rig.addCvm(governance);
      const change = await update(cvm);
      if (governance === 'safe') await rig.register(change, await rig.until(change, 'awaitingRegistration'));
      await rig.until(change, 'applying');
      cvm.remove();
      expect(await failure(change)).toEqual({ type: 'CvmNotFound', effect: 'taken' });
    },
  );

  it('ends a replica as failed, which was made', async () => {
    const change = await replicate(await rig.addCvm('none'));
    const { created } = await rig.until(change, 'applying');
    rig.cloud.simulator.cvm(created?.cvmId ?? '').remove();
    expect(await failure(change)).toEqual({ type: 'CvmNotFound', effect: 'taken' });
  });

  it('ends a new CVM as failed, which was made', async () => {
    const change = await rig.countersign.provisionCvm({
      name: rig.name(),
      compose: { dockerComposeFile: 'services: {}\n' },
      requestedBy: 'test',
      policy: {},
    });
    const { created } = await rig.until(change, 'applying');
    rig.cloud.simulator.cvm(created?.cvmId ?? '').remove();
    expect(await failure(change)).toEqual({ type: 'CvmNotFound', effect: 'taken' });
  });
});
