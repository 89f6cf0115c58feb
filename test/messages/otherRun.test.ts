import { describe, expect, it } from 'vitest';
import { transactionHashSignal } from '../../model/messages.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

describe('a message for an earlier change of the same CVM', () => {
  it('is refused as that one has ended, and does not reach the one that runs now', async () => {
    const cvm = await rig.addCvm('safe');
    const earlier = await rig.countersign.updateCvm(rig.request(cvm));
    await earlier.send('cancel', { by: 'alice' });
    await earlier.result();
    const now = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(now, 'awaitingRegistration');
    for (const name of ['cancel', 'reject', 'pause', 'registered'] as const) {
      await expect(earlier.send(name, { by: 'bob' }), name).rejects.toMatchObject({ type: 'ChangeEnded' });
    }
    const handle = rig.client.workflow.getHandle(earlier.id, earlier.runId);
    await expect(handle.signal(transactionHashSignal, `0x${'1'.repeat(64)}`)).rejects.toThrow(/completed|not found/);
    expect((await now.status()).events).toEqual(waiting.events);
    expect(await rig.carryOut(now)).toMatchObject({ phase: 'completed' });
    expect((await earlier.status()).phase).toBe('cancelled');
  });

  it('with the registration of that one is refused by the one that runs now', async () => {
    const cvm = await rig.addCvm('safe');
    const earlier = await rig.countersign.updateCvm(rig.request(cvm));
    const asked = await rig.until(earlier, 'awaitingRegistration');
    await earlier.send('cancel', { by: 'alice' });
    await earlier.result();
    const transactionHash = await rig.signAndExecute(asked);
    const now = await rig.countersign.updateCvm(rig.request(cvm));
    await rig.until(now, 'awaitingRegistration');
    await expect(now.send('registered', { by: 'bob', transactionHash })).rejects.toMatchObject({
      type: 'TransactionOfAnotherComposeHash',
    });
    expect(await rig.carryOut(now)).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });
});
