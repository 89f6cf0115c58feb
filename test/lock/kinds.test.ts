import { describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { ChangeInProgressError } from '../../client/errors.js';
import { useRig } from '../rig/rig.js';
import { struck } from '../rig/struck.js';

const rig = useRig();

/**
 * Starts all at once: the one that won, and who was named to the others. Without workers, so that none has ended before the
 * last is asked for.
 */
async function race(starts: readonly (() => Promise<Change>)[]) {
  await rig.stopWorkers();
  const outcomes = await Promise.allSettled(starts.map((start) => start()));
  await rig.startWorkers();
  const [won, ...more] = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  expect(more).toEqual([]);
  if (!won) throw new Error('none of them was started');
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  for (const reason of refused) {
    expect(reason).toBeInstanceOf(ChangeInProgressError);
    expect((reason as ChangeInProgressError).holder).toMatchObject({ change: won.id, runId: won.runId });
  }
  return { won, kind: (await won.status()).kind };
}

const times = <Value>(count: number, make: () => Value): Value[] => Array.from({ length: count }, make);

describe('of changes that are asked for at once', () => {
  it('updates and replicas of the same CVM, one is started', async () => {
    const cvm = await rig.addCvm('safe');
    const { won, kind } = await race(
      times(20, () => [
        () => rig.countersign.updateCvm(rig.request(cvm)),
        () => rig.countersign.replicateCvm({ cvmId: cvm.vmUuid, requestedBy: 'test', policy: { finality: 'latest' } }),
      ]).flat(),
    );
    if (kind === 'update') await rig.carryOut(won);
    else await won.result();
    const { ledger } = rig.cloud.simulator;
    const made = ledger.creations.filter(({ sourceVmUuid }) => sourceVmUuid === cvm.vmUuid);
    expect(cvm.commits.length + made.length).toBe(1);
  });

  it('new CVMs of the same name, in whichever case, one is started and one is made', async () => {
    const name = rig.name();
    const ask = (as: string) => () =>
      rig.countersign.provisionCvm({
        name: as,
        compose: { dockerComposeFile: `services: {} # ${Math.random()}\n` },
        requestedBy: 'test',
      });
    const { won } = await race(times(20, () => [ask(name), ask(name.toUpperCase())]).flat());
    expect(await won.result()).toMatchObject({ phase: 'completed' });
    const made = rig.cloud.simulator.cvms().filter((cvm) => cvm.name.toLowerCase() === name.toLowerCase());
    expect(made).toHaveLength(1);
  });

  it('changes of the allow-lists of the same app, one is started', async () => {
    const { appId } = await rig.addCvm('safe');
    const ask = (allowed: boolean) => () =>
      rig.countersign.changeAllowlist({
        appId,
        steps: [{ action: 'setAllowAnyDevice', allowed }],
        requestedBy: 'test',
        policy: { finality: 'latest' },
      });
    const { won } = await race(times(20, () => [ask(true), ask(false)]).flat());
    await won.send('cancel', { by: 'test' }).catch(() => {});
    await won.result();
  });
});

describe('a change that is terminated from outside', () => {
  it('while it waits lets the next one begin, which takes effect once', async () => {
    const cvm = await rig.addCvm('safe');
    const first = await rig.countersign.updateCvm(rig.request(cvm));
    const asked = await rig.until(first, 'awaitingRegistration');
    await rig.client.workflow.getHandle(first.id, first.runId).terminate('by hand');
    await expect(first.result()).rejects.toMatchObject({ type: 'Terminated', effect: 'unknown' });
    const next = await rig.countersign.updateCvm(rig.request(cvm));
    expect(next.id).toBe(first.id);
    // What the first one asked for is registered after all: it is nothing to the next one.
    await rig.signAndExecute(asked);
    const result = await rig.carryOut(next);
    expect(result).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toMatchObject([{ composeHash: result.composeHash }]);
  });

  it('while its commit is on its way does not have the next one commit on a base that it did not see', async () => {
    const cvm = await rig.addCvm('safe');
    const first = await rig.countersign.updateCvm(rig.request(cvm));
    const asked = await rig.until(first, 'awaitingRegistration');
    const slow = rig.cloud.simulator.faults.add({
      endpoint: 'commitUpdate',
      cvm: cvm.vmUuid,
      what: { kind: 'delay', milliseconds: 6_000 },
    });
    await rig.register(first, asked);
    await struck(slow);
    await rig.client.workflow.getHandle(first.id, first.runId).terminate('by hand');
    const next = await rig.countersign.updateCvm(rig.request(cvm, { policy: { onBaseChanged: 'hold' } }));
    await next.send('pause', { by: 'test' });
    // Preparing has made the first one's token void; where it was quicker, the base has changed.
    await rig.register(next, await rig.until(next, 'awaitingRegistration'));
    const { ledger } = rig.cloud.simulator;
    const commits = () =>
      ledger.requests.filter(({ endpoint, cvmId }) => endpoint === 'commitUpdate' && cvmId === cvm.vmUuid);
    await expect.poll(() => commits().length, { timeout: 20_000 }).toBe(1);
    const { composeHash } = await next.status();
    await next.send('resume', { by: 'test' });
    expect(await next.result()).toMatchObject({ phase: 'completed', composeHash });
    expect(cvm.commits).toMatchObject([{ composeHash }]);
  });
});
