import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { useRig } from '../rig/rig.js';
import { type SignerFault, type SignerServer, startSignerServer } from './signerServer.js';
import { registrationsOf, transactionsOfOwner } from './transactions.js';

let signer: SignerServer;
/** The worker has no key; a signer holds it. */
const rig = useRig({
  async ownerKey({ ownerKey }) {
    signer = await startSignerServer(ownerKey.privateKey);
    return { signerUrl: signer.url, address: null };
  },
});
afterEach(() => {
  signer.fault = null;
});
afterAll(() => signer.stop());

const someKey = `0x${'17'.repeat(32)}` as const;
const stranger = `0x${'2'.repeat(40)}` as const;

describe('a remote signer', () => {
  it('signs what it is asked for, and the change is carried out', async () => {
    const cvm = await rig.addCvm('ownerKey');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const result = await change.result();
    expect(result.phase).toBe('completed');
    expect(await registrationsOf(rig, cvm, result.composeHash)).toBe(1);
    expect((await change.status()).proposal).toMatchObject({
      registrar: 'ownerKey',
      owner: rig.cloud.ownerKey.address.toLowerCase(),
    });
  });

  it('that is down holds the change up, and nobody has to do anything but bring it back', async () => {
    const cvm = await rig.addCvm('ownerKey');
    signer.fault = { kind: 'down' };
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await rig.until(change, 'awaitingRegistration');
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await change.status()).toMatchObject({ phase: 'awaitingRegistration', blocked: null });
    signer.fault = null;
    expect(await change.result()).toMatchObject({ phase: 'completed' });
  });

  it('that refuses blocks the change with its own words, and retry asks again', async () => {
    const cvm = await rig.addCvm('ownerKey');
    signer.fault = { kind: 'refuses', message: 'policy: not on a Friday' };
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const { blocked } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'SignerRefused', effect: 'none' });
    expect(blocked?.message).toContain('policy: not on a Friday');
    expect(blocked?.message).not.toContain(signer.url);
    signer.fault = null;
    await change.send('retry', { by: 'operator' });
    expect(await change.result()).toMatchObject({ phase: 'completed' });
  });

  it.each<[string, SignerFault]>([
    ['receiver', { kind: 'lies', change: { to: stranger } }],
    ['calldata', { kind: 'lies', change: { data: '0x8da5cb5b' } }],
    ['chain', { kind: 'lies', change: { chainId: 1 } }],
    ['nonce', { kind: 'lies', change: { nonce: 9_999 } }],
    ['value', { kind: 'lies', change: { value: 1n } }],
    ['fee', { kind: 'lies', change: { maxFeePerGas: 10n ** 15n } }],
    ['sender', { kind: 'lies', privateKey: someKey }],
  ])('that signs another %s has nothing sent, and blocks the change', async (part, fault) => {
    const cvm = await rig.addCvm('ownerKey');
    const before = await transactionsOfOwner(rig);
    signer.fault = fault;
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const { blocked } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'SignerAnswerWrong', effect: 'none' });
    expect(blocked?.message).toContain(part);
    await change.send('cancel', { by: 'test' });
    expect(await change.result()).toMatchObject({ phase: 'cancelled' });
    expect(await transactionsOfOwner(rig)).toEqual(before);
    expect(await registrationsOf(rig, cvm, cvm.composeHash)).toBe(1);
  });
});
