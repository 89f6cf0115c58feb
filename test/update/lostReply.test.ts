import { describe, expect, it } from 'vitest';
import { useRig } from '../rig/rig.js';

const rig = useRig();

/** Ways in which the answer to a commit is lost, after it took effect and before. */
const taken = [
  ['the connection breaks', { kind: 'loseReply', by: 'reset' }],
  ['the body is cut off', { kind: 'loseReply', by: 'cutBody' }],
  ['a gateway answers in its place', { kind: 'loseReply', by: { status: 502 } }],
] as const;
const notTaken = [
  ['the connection breaks', { kind: 'reset' }],
  ['a gateway answers in its place', { kind: 'answer', status: 502 }],
] as const;

describe.concurrent.each([['token'], ['headers']] as const)('a commit by %s whose answer is lost', (via) => {
  const endpoint = via === 'token' ? 'commitUpdate' : 'patchCvm';

  async function commitWith(what: (typeof taken | typeof notTaken)[number][1]) {
    const cvm = await rig.addCvm('safe');
    if (via === 'headers') cvm.quirks = { commitToken: 'absent' };
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    const fault = rig.cloud.simulator.faults.add({ endpoint, cvm: cvm.vmUuid, what });
    await rig.register(change, waiting);
    const result = await change.result();
    expect(rig.cloud.simulator.faults.list().find(({ id }) => id === fault.id)?.used ?? 1).toBe(1);
    expect(result).toMatchObject({ phase: 'completed', composeHash: waiting.composeHash });
    expect(cvm.commits).toMatchObject([{ via, composeHash: waiting.composeHash, correlationId: result.correlationId }]);
    // Settled by reading: the token was used once, and nothing was prepared again.
    expect((await change.status()).preparations).toBe(1);
  }

  it.each(taken)('after it took effect is settled by reading, and is made once: %s', (_how, what) => commitWith(what));
  it.each(notTaken)('before it took effect is sent again, and is made once: %s', (_how, what) => commitWith(what));
});

describe.concurrent('a commit that the API does not accept yet', () => {
  it('is tried again where its node does not know the transaction', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    rig.cloud.simulator.faults.add({
      endpoint: 'commitUpdate',
      cvm: cvm.vmUuid,
      times: 2,
      what: { kind: 'answer', status: 467, body: { error_code: 'ERR-01-007', message: 'receipt missing' } },
    });
    await rig.register(change, waiting);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });

  it('goes by the allow-list alone where the transaction is never verified', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    rig.cloud.simulator.faults.add({
      endpoint: 'commitUpdate',
      cvm: cvm.vmUuid,
      times: 5,
      what: { kind: 'answer', status: 467, body: { error_code: 'ERR-01-007', message: 'receipt missing' } },
    });
    await rig.register(change, waiting);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toMatchObject([{ transactionHash: 'already-registered' }]);
  }, 90_000);

  it.each([
    [465, 'ERR-01-005'],
    [468, 'ERR-01-008'],
  ])('verifies the registration again where the API does not see it (%i)', async (status, code) => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    rig.cloud.simulator.faults.add({
      endpoint: 'commitUpdate',
      cvm: cvm.vmUuid,
      times: 6,
      what: { kind: 'answer', status, body: { error_code: code, message: 'not allowed' } },
    });
    await rig.register(change, waiting);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    const lines = (await change.status()).events.map(({ what }) => what);
    expect(lines.some((line) => line.startsWith('The API does not see the registration'))).toBe(true);
    expect(cvm.commits).toHaveLength(1);
  });
});
