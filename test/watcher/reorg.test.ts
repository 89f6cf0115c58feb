import { createPublicClient, http } from 'viem';
import { afterAll, describe, expect, it } from 'vitest';
import { mine, reorg, rollback } from '../../stack/localChain/faults.js';
import { type RpcProxy, startRpcProxy } from '../../stack/localChain/rpcProxy.js';
import { sendCall } from '../../stack/localChain/sendCall.js';
import { useRig } from '../rig/rig.js';
import { looksOf, patient } from './patient.js';
import { untilItWaits } from './seen.js';

let proxy: RpcProxy;
/** Blocks come with transactions only: what a reorganisation drops is for the test to say. */
const rig = useRig({
  cloud: { chain: { slotsInAnEpoch: 1 } },
  watcher: true,
  activities: patient,
  async rpcUrl({ anvil }) {
    proxy = await startRpcProxy(anvil.rpcUrl);
    return proxy.url;
  },
});
afterAll(() => proxy.stop());

/** So deep that it is seen long before it counts. */
const finality = 5;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** Long enough for some looks of the watcher. */
const someLooks = (): Promise<void> => pause(1_500);
const client = () => createPublicClient({ transport: http(rig.cloud.anvil.rpcUrl), cacheTime: 0 });

/** A change that waits until the owner of the contract calls it. */
async function waiting() {
  const cvm = await rig.addCvm('ownerKey');
  const request = rig.request(cvm, { registrar: 'external', policy: { finality } });
  const change = await rig.countersign.updateCvm(request);
  const { proposal } = await untilItWaits(rig, change);
  const [call] = proposal?.calls ?? [];
  if (!call) throw new Error('expected a call');
  const { anvil, ownerKey } = rig.cloud;
  const register = () => sendCall({ rpcUrl: anvil.rpcUrl, sender: ownerKey.privateKey, to: call.to, data: call.data });
  return { cvm, change, register };
}

// One after the other: there is one chain.
describe('a registration that the watcher has seen', () => {
  it.each([
    ['a reorganisation', reorg],
    ['a node that fell back', rollback],
  ] as const)('and that %s drops wakes nobody; once it stands again, it wakes', async (_how, drop) => {
    const { cvm, change, register } = await waiting();
    await register();
    await mine(rig.cloud.anvil.rpcUrl, 1);
    await someLooks();
    await drop(rig.cloud.anvil.rpcUrl, 2);
    await mine(rig.cloud.anvil.rpcUrl, finality + 1);
    await someLooks();
    expect(looksOf(change)).toBe(1);
    expect((await change.status()).phase).toBe('awaitingRegistration');
    const again = await register();
    await mine(rig.cloud.anvil.rpcUrl, finality - 1);
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash: again });
    expect(looksOf(change)).toBe(2);
    expect(cvm.commits).toHaveLength(1);
  });

  it('and that a reorganisation moves wakes when it is as deep in its new place', async () => {
    const { change, register } = await waiting();
    const transactionHash = await register();
    const raw = await client().request<{
      Method: 'eth_getRawTransactionByHash';
      Parameters: [string];
      ReturnType: `0x${string}`;
    }>({
      method: 'eth_getRawTransactionByHash',
      params: [transactionHash],
    });
    await mine(rig.cloud.anvil.rpcUrl, 2);
    await someLooks();
    // Its own block and the two after it: it comes back in the last one.
    await reorg(rig.cloud.anvil.rpcUrl, 3, [{ transaction: raw, blockIndex: 2 }]);
    await mine(rig.cloud.anvil.rpcUrl, finality - 2);
    await someLooks();
    // Where it stood first, it would count by now.
    expect(looksOf(change)).toBe(1);
    await mine(rig.cloud.anvil.rpcUrl, 1);
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    expect(looksOf(change)).toBe(2);
  });
});

describe('a watcher', () => {
  it('whose node lags, falls silent and refuses long ranges reads all that it missed', async () => {
    const { change, register } = await waiting();
    proxy.fail('eth_getBlockByNumber', { kind: 'result', result: null });
    const transactionHash = await register();
    await someLooks();
    proxy.heal();
    proxy.fail('eth_getLogs', { kind: 'status', status: 503 }, 4);
    proxy.fail('eth_getLogs', { kind: 'error', code: -32005, message: 'query returned more than 10000 results' }, 3);
    await mine(rig.cloud.anvil.rpcUrl, 40);
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    expect(looksOf(change)).toBe(2);
  });

  it('that was away for more blocks than a node serves at once goes on where it was', async () => {
    const { change, register } = await waiting();
    await rig.stopWorkers();
    const transactionHash = await register();
    for (let piece = 0; piece < 9; piece++) await mine(rig.cloud.anvil.rpcUrl, 250);
    await rig.startWorkers();
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    expect(looksOf(change)).toBe(2);
  });
});
