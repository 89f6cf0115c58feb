import { describe, expect, it } from 'vitest';
import { appCall } from '../rig/appCall.js';
import { useRig } from '../rig/rig.js';
import { struck } from '../rig/struck.js';

const rig = useRig();

describe.concurrent('a registration that is revoked before the commit', () => {
  it('is asked for again where the hash stood before the change began, and nobody was asked', async () => {
    const cvm = await rig.addCvm('safe');
    const request = rig.request(cvm);
    await rig.carryOut(await rig.countersign.updateCvm(request));
    await rig.carryOut(await rig.countersign.updateCvm(rig.request(cvm)));

    const change = await rig.countersign.updateCvm(request);
    await change.send('pause', { by: 'test' });
    const held = await rig.untilStatus(change, ({ awaiting }) => awaiting?.startsWith('a resume') ?? false, 'a pause');
    expect(held.proposal?.calls).toEqual([]);
    await rig.callThroughSafe(appCall(cvm.appId, 'removeComposeHash', held.composeHash ?? '0x'));
    await change.send('resume', { by: 'test' });
    const asked = await rig.until(change, 'awaitingRegistration');
    expect(asked.proposal?.calls).toMatchObject([{ method: 'addComposeHash' }]);
    expect(asked.awaiting).toContain('2 of 3 owners of the Safe');
    expect(cvm.commits).toHaveLength(2);
    await rig.register(change, asked);
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: held.composeHash });
    expect(cvm.commits).toHaveLength(3);
  });

  it('is asked for again where it is revoked while the commit is on its way', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    const slow = rig.cloud.simulator.faults.add({
      endpoint: 'commitUpdate',
      cvm: cvm.vmUuid,
      what: { kind: 'delay', milliseconds: 4_000 },
    });
    await rig.register(change, waiting);
    await struck(slow);
    await rig.callThroughSafe(appCall(cvm.appId, 'removeComposeHash', waiting.composeHash ?? '0x'));
    const asked = await rig.untilStatus(
      change,
      ({ phase, events }) => phase === 'awaitingRegistration' && events.some(({ what }) => what.includes('vanished')),
      'the registration to be awaited again',
    );
    expect(cvm.commits).toHaveLength(0);
    await rig.register(change, asked);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });

  it('never counts by its event alone, also where nobody tells and the engine looks by itself', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const { composeHash } = await rig.until(change, 'awaitingRegistration');
    // In one block: no look falls between the two, and what it saw would be true.
    await rig.batchThroughSafe([
      appCall(cvm.appId, 'addComposeHash', composeHash ?? '0x'),
      appCall(cvm.appId, 'removeComposeHash', composeHash ?? '0x'),
    ]);
    // At least one look of its own falls into this time, and a look that is asked for.
    await expect(change.send('registered', { by: 'test' })).rejects.toMatchObject({ type: 'RegistrationNotSeen' });
    await new Promise((resolve) => setTimeout(resolve, 6_500));
    expect(await change.status()).toMatchObject({ phase: 'awaitingRegistration', registration: null });
    expect(cvm.commits).toHaveLength(0);
    await change.send('cancel', { by: 'test' });
  });
});
