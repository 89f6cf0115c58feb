import { describe, expect, it } from 'vitest';
import { ChangeFailedError } from '../../client/errors.js';
import type { EndpointName, MadeUpAnswer } from '../../simulator/faults/faultRule.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { setBalance } from '../../stack/localChain/faults.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

type Body = NonNullable<MadeUpAnswer['body']>;

/** The API answers so to everything about a CVM, until it is healed. */
function breakApi(cvm: SimulatedCvm, status: number, body: Body = { detail: 'no' }, endpoint?: EndpointName) {
  const { faults } = rig.cloud.simulator;
  const { id } = faults.add({
    cvm: cvm.vmUuid,
    times: null,
    ...(endpoint !== undefined && { endpoint }),
    what: { kind: 'answer', status, body },
  });
  return () => faults.remove(id);
}

describe('what an operator has to put right', () => {
  it.each([
    [401, 'PhalaUnauthorized', 'PHALA_CLOUD_API_KEY'],
    [402, 'PhalaQuotaExceeded', 'quota'],
    [403, 'PhalaForbidden', 'workspace'],
  ])(
    'blocks the change before its registration, loses nothing, and goes on by retry (%i)',
    async (status, failure, remedy) => {
      const cvm = await rig.addCvm('safe');
      const heal = breakApi(cvm, status);
      const change = await rig.countersign.updateCvm(rig.request(cvm));
      const { blocked, awaiting } = await rig.until(change, 'blocked');
      expect(blocked).toMatchObject({ failure, phase: 'preparing', effect: 'none' });
      expect(awaiting).toContain(remedy);
      heal();
      await change.send('retry', { by: 'operator' });
      await rig.carryOut(change);
      expect(cvm.commits).toHaveLength(1);
    },
  );

  it('blocks the change in the middle of its commit, and the commit is made once', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    const heal = breakApi(cvm, 401);
    await rig.register(change, waiting);
    expect((await rig.until(change, 'blocked')).blocked).toMatchObject({ phase: 'committing', effect: 'none' });
    heal();
    await change.send('retry', { by: 'operator' });
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });

  it('blocks the change while it is being applied; by then it cannot be withdrawn', async () => {
    const cvm = await rig.addCvm('none');
    const { faults } = rig.cloud.simulator;
    const { id } = faults.add({
      endpoint: 'listOperations',
      cvm: cvm.vmUuid,
      times: null,
      // The first look comes before the change: from its commit on the API answers so.
      when: () => cvm.commits.length > 0,
      what: { kind: 'answer', status: 403, body: { detail: 'no' } },
    });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    expect((await rig.until(change, 'blocked')).blocked).toMatchObject({ phase: 'applying' });
    await expect(change.send('cancel', { by: 'test' })).rejects.toMatchObject({ type: 'CommitUnderWay' });
    faults.remove(id);
    await change.send('retry', { by: 'operator' });
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });

  it('blocks the change where the owner key cannot pay, and goes on by retry', async () => {
    const { anvil, ownerKey } = rig.cloud;
    await setBalance(anvil.rpcUrl, ownerKey.address, 0n);
    const cvm = await rig.addCvm('ownerKey');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const { blocked } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'OwnerKeyBalanceTooLow', phase: 'awaitingRegistration' });
    await setBalance(anvil.rpcUrl, ownerKey.address, 10n ** 18n);
    await change.send('retry', { by: 'operator' });
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });

  it('blocks the change where the API names two contracts or chains, before anyone signs', async () => {
    const cvm = await rig.addCvm('safe');
    rig.cloud.simulator.faults.add({
      endpoint: 'getAppKmsInfo',
      what: { kind: 'alterBody', set: { chain_id: 8453 } },
    });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const { blocked, proposal } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'AppContractUnknown' });
    expect(blocked?.message).toContain('chain 8453');
    expect(proposal).toBeNull();
    await change.send('cancel', { by: 'test' });
    await change.result();
  });

  it('can be withdrawn while it is blocked and nothing took effect', async () => {
    const cvm = await rig.addCvm('safe');
    const heal = breakApi(cvm, 401);
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await rig.until(change, 'blocked');
    await change.send('reject', { by: 'alice' });
    expect(await change.result()).toMatchObject({ phase: 'rejected' });
    heal();
  });
});

describe.concurrent('a request that the API refuses', () => {
  it.each([
    [400, { error_code: 'ERR-01-003', message: 'invalid compose file' }],
    [422, { detail: [{ loc: ['body', 'image'], msg: 'unknown image', type: 'value_error', input: 'hunter2' }] }],
    [409, { error_code: 'ERR-99-001', message: 'conflict' }],
  ])('fails the change before anything was registered (%i)', async (status, body) => {
    const cvm = await rig.addCvm('safe');
    breakApi(cvm, status, body, 'patchCvm');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const error = (await change.result().catch((caught: unknown) => caught)) as ChangeFailedError;
    expect(error).toBeInstanceOf(ChangeFailedError);
    expect(error).toMatchObject({ type: 'RequestRefused', effect: 'none' });
    expect(error.message).toContain(String(status));
    expect(error.message).not.toContain('hunter2');
    expect((await change.status()).phase).toBe('failed');
  });

  it('blocks the change after people have signed', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    const heal = breakApi(cvm, 422, { detail: [] }, 'commitUpdate');
    await rig.register(change, waiting);
    expect((await rig.until(change, 'blocked')).blocked).toMatchObject({ failure: 'RequestRefused' });
    heal();
    await change.send('retry', { by: 'operator' });
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });

  it('fails the change by name where the CVM is gone', async () => {
    const cvm = await rig.addCvm('safe');
    cvm.remove();
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await expect(change.result()).rejects.toMatchObject({ type: 'CvmNotFound', effect: 'none' });
  });
});

describe.concurrent('what passes by itself', () => {
  it.each([
    ['an overload that says when to come back', { kind: 'answer', status: 429, headers: { 'retry-after': '1' } }],
    ['an outage', { kind: 'answer', status: 503 }],
    ['a page of a proxy', { kind: 'answer', status: 502, body: '<html>bad gateway</html>' }],
    ['another operation', { kind: 'answer', status: 409, body: { detail: 'Another operation in progress' } }],
    ['a broken connection', { kind: 'reset' }],
  ] as const)('is tried again: %s', async (_what, what) => {
    const cvm = await rig.addCvm('none');
    const { faults } = rig.cloud.simulator;
    for (const endpoint of ['getCvm', 'patchCvm', 'listOperations'] as const)
      faults.add({ endpoint, cvm: cvm.vmUuid, what });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });
});

describe('an operation of the CVM that fails', () => {
  it('fails the change, and says that the commit took effect', async () => {
    const cvm = await rig.addCvm('none');
    rig.cloud.simulator.faults.add({ cvm: cvm.vmUuid, what: { kind: 'operationFails', message: 'disk full' } });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const failed = change.result();
    await expect(failed).rejects.toMatchObject({ type: 'OperationFailed', effect: 'taken' });
    await expect(failed).rejects.toThrow('disk full');
  });
});
