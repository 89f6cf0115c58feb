import { createPublicClient, http, parseAbi } from 'viem';
import { afterAll, describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import type { ProvisionRequestInput } from '../../model/provisionRequest.js';
import type { ChangeStatus } from '../../model/status.js';
import { mine, reorg } from '../../stack/localChain/faults.js';
import { type RpcProxy, startRpcProxy } from '../../stack/localChain/rpcProxy.js';
import { useRig } from '../rig/rig.js';

let rpc: RpcProxy;
/** Blocks come with transactions only: what a reorganisation drops is for the test to say. */
const rig = useRig({
  cloud: { chain: { slotsInAnEpoch: 1 } },
  async rpcUrl({ anvil }) {
    rpc = await startRpcProxy(anvil.rpcUrl);
    return rpc.url;
  },
});
afterAll(() => rpc.stop());

/** So deep that it is seen long before it counts. */
const finality = 5;

const client = () => createPublicClient({ transport: http(rig.cloud.anvil.rpcUrl), cacheTime: 0 });

const recordOf = async (change: Change): Promise<string> =>
  (await change.status()).events.map(({ what }) => what).join('\n');

/** The change sees its registration, which is not final yet. */
const seen = (change: Change): Promise<ChangeStatus> =>
  rig.untilStatus(
    change,
    ({ phase, registration }) => phase === 'verifying' && registration !== null,
    'a registration that was seen',
  );

const finish = async (change: Change) => {
  await mine(rig.cloud.anvil.rpcUrl, finality);
  return change.result();
};

/** Has the Safe register it and tells the change, whose answer comes only when it is final, or in doubt for a while. */
function register(change: Change, waiting: ChangeStatus): void {
  void rig.register(change, waiting).catch(() => {});
}

async function registeredUpdate(governance: 'safe' | 'ownerKey') {
  const cvm = await rig.addCvm(governance);
  const change = await rig.countersign.updateCvm(rig.request(cvm, { policy: { finality } }));
  if (governance === 'safe') register(change, await rig.until(change, 'awaitingRegistration'));
  return { cvm, change, before: await seen(change) };
}

describe('a registration that a reorganisation drops after it was seen', () => {
  it('is asked for again, and nothing is committed before it stands again', async () => {
    const { cvm, change, before } = await registeredUpdate('safe');
    await reorg(rig.cloud.anvil.rpcUrl, 1);
    const again = await rig.until(change, 'awaitingRegistration');
    expect(again).toMatchObject({ registration: null, composeHash: before.composeHash });
    expect(again.proposal?.calls).toEqual(before.proposal?.calls);
    expect(await recordOf(change)).toContain('The registration vanished');
    expect(cvm.commits).toHaveLength(0);
    register(change, again);
    await seen(change);
    expect(await finish(change)).toMatchObject({ phase: 'completed', composeHash: before.composeHash });
    expect(cvm.commits).toHaveLength(1);
  });

  it('is made again by the engine where it holds the owner key', async () => {
    const { cvm, change } = await registeredUpdate('ownerKey');
    await reorg(rig.cloud.anvil.rpcUrl, 1);
    await rig.untilStatus(change, ({ events }) => events.some(({ what }) => what.includes('vanished')), 'its loss');
    await seen(change);
    expect(await finish(change)).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });

  it('is asked for again where it is lost while the change is held before its commit', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await change.send('pause', { by: 'test' });
    await rig.register(change, await rig.until(change, 'awaitingRegistration'));
    await rig.untilStatus(change, ({ registration }) => registration !== null, 'a registration');
    await reorg(rig.cloud.anvil.rpcUrl, 1);
    await change.send('resume', { by: 'test' });
    const again = await rig.until(change, 'awaitingRegistration');
    expect(cvm.commits).toHaveLength(0);
    await rig.register(change, again);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });

  it('of an allow-list is asked for again, and the change may be cancelled then', async () => {
    const { appId } = await rig.addCvm('safe');
    const change = await rig.countersign.changeAllowlist({
      appId,
      steps: [{ action: 'setAllowAnyDevice', allowed: true }],
      requestedBy: 'test',
      policy: { finality },
    });
    register(change, await rig.until(change, 'awaitingRegistration'));
    await seen(change);
    // It stands on chain: cancelled now, it would not be without effect.
    await expect(change.send('cancel', { by: 'test' })).rejects.toMatchObject({ type: 'CommitUnderWay' });
    await reorg(rig.cloud.anvil.rpcUrl, 1);
    await rig.until(change, 'awaitingRegistration');
    await change.send('cancel', { by: 'test' });
    expect(await change.result()).toMatchObject({ phase: 'cancelled' });
    const abi = parseAbi(['function allowAnyDevice() view returns (bool)']);
    expect(await client().readContract({ address: appId, abi, functionName: 'allowAnyDevice' })).toBe(false);
  });
});

describe('a registration that a reorganisation moves to another block', () => {
  it('is verified where it stands now, and nobody is asked again', async () => {
    const { cvm, change, before } = await registeredUpdate('safe');
    const hash = before.registration?.transactionHash ?? '0x';
    const raw = await client().request<{
      Method: 'eth_getRawTransactionByHash';
      Parameters: [string];
      ReturnType: `0x${string}`;
    }>({ method: 'eth_getRawTransactionByHash', params: [hash] });
    await mine(rig.cloud.anvil.rpcUrl, 1);
    // Its own block and the one after it: it comes back in the second one. Nobody looks while it is in neither.
    await rpc.whileHeld(() => reorg(rig.cloud.anvil.rpcUrl, 2, [{ transaction: raw, blockIndex: 1 }]));
    const moved = (await client().getTransactionReceipt({ hash: hash as `0x${string}` })).blockNumber;
    expect(Number(moved)).toBe((before.registration?.blockNumber ?? 0) + 1);
    expect(await finish(change)).toMatchObject({ phase: 'completed', transactionHash: hash });
    expect((await change.status()).registration?.blockNumber).toBe(Number(moved));
    expect(await recordOf(change)).not.toContain('vanished');
    expect(cvm.commits).toHaveLength(1);
  });
});

describe('a deployment that a reorganisation drops after it was seen', () => {
  const request = (more: Partial<ProvisionRequestInput> = {}): ProvisionRequestInput => ({
    name: rig.name(),
    compose: { dockerComposeFile: `services: {} # ${Math.random()}\n` },
    kms: 'ethereum',
    requestedBy: 'test',
    ...more,
    policy: { finality },
  });

  it.each([['ownerKey'], ['safe']] as const)(
    'is made again by its owner (%s), and the CVM gets the app that stands',
    async (owner) => {
      const asked = request(owner === 'safe' ? { owner: rig.cloud.safe.address } : {});
      const change = await rig.countersign.provisionCvm(asked);
      if (owner === 'safe') register(change, await rig.until(change, 'awaitingRegistration'));
      await seen(change);
      await reorg(rig.cloud.anvil.rpcUrl, 1);
      if (owner === 'safe') {
        const again = await rig.until(change, 'awaitingRegistration');
        expect(again.proposal?.calls).toMatchObject([{ method: 'deployAndRegisterApp' }]);
        register(change, again);
      } else {
        await rig.untilStatus(change, ({ events }) => events.some(({ what }) => what.includes('vanished')), 'its loss');
      }
      await seen(change);
      const made = () => rig.cloud.simulator.cvms().filter(({ name }) => name === asked.name);
      expect(made()).toHaveLength(0);
      const result = await finish(change);
      expect(result.phase).toBe('completed');
      expect(made()).toMatchObject([{ appId: result.appId, status: 'running' }]);
      const code = await client().getCode({ address: result.appId ?? '0x' });
      expect(code).toMatch(/^0x../);
    },
  );
});
