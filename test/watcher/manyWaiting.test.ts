import { ApplicationFailure } from '@temporalio/activity';
import { encodeFunctionData, parseAbi } from 'viem';
import { afterAll, describe, expect, it } from 'vitest';
import { createScanChain } from '../../activities/scanChain.js';
import { overlap } from '../../chain/watch/chainScan.js';
import { createChains } from '../../chain/chains.js';
import { addressSchema, deviceIdSchema } from '../../model/hex.js';
import type { AppContract } from '../../model/registration.js';
import { searchAttributes } from '../../model/searchAttributes.js';
import { executeSafeBatch } from '../../stack/localChain/executeSafeBatch.js';
import { mine } from '../../stack/localChain/faults.js';
import { type RpcProxy, startRpcProxy } from '../../stack/localChain/rpcProxy.js';
import type { Activities } from '../../worker/createActivities.js';
import { useRig } from '../rig/rig.js';

/** A thousand take a minute and a half; fewer do where one only wants to know whether it works. */
const count = Number(process.env['COUNTERSIGN_WAITING'] ?? 1_000);
const perTransaction = 100;
/** How many blocks are looked at while all wait, and while nobody does. */
const blocks = 8;

let proxy: RpcProxy;
let app: `0x${string}`;
/** Whether what all of them wait for stands. */
let registered = false;

const seen = (contract: AppContract) =>
  ({ contract, deployer: null, transactionHash: null, proof: null, blockNumber: 1, final: true }) as const;

/** What the engine and the API do about a change is made short, for it is not what is measured. */
function short({ chain, phala, ...others }: Activities, chainId: number): Activities {
  const contract = () => ({ chainId, address: addressSchema.parse(app) });
  return {
    ...others,
    phala: {
      ...phala,
      describeApp: async ({ appId, steps }) => {
        const entries = steps.flatMap((step) =>
          step.action === 'addDevice' && step.device.deviceId
            ? [{ list: 'devices' as const, deviceId: step.device.deviceId, allowed: true }]
            : [],
        );
        return { name: 'one of many', appId, composeHash: null, contract: contract(), notifies: null, entries };
      },
    },
    chain: {
      ...chain,
      openRegistration: async ({ expectation }) => {
        const [entry] = expectation.kind === 'allowList' ? expectation.entries : [];
        if (entry?.list !== 'devices') throw new Error('expected a device');
        const { address: to } = contract();
        const call = { name: 'deviceId', type: 'bytes32', value: entry.deviceId } as const;
        const proposal = {
          owner: to,
          pendingOwner: null,
          registrar: 'external',
          expectation,
          calls: [{ method: 'addDevice', arguments: [call], to, data: '0x' }],
          safe: null,
          fromBlock: 1,
        } as const;
        return { proposal, registration: null };
      },
      // A look sees what was registered; by itself there is none for an hour.
      findRegistration: async ({ finality }) => {
        if (registered) return { ...seen(contract()), finality };
        const pending = { type: 'RegistrationPending', category: 'BENIGN', nextRetryDelay: '1 hour' } as const;
        throw ApplicationFailure.create({ message: 'not for an hour', ...pending });
      },
      checkRegistration: async ({ transactionHash, finality }) => ({ ...seen(contract()), transactionHash, finality }),
    },
  };
}

/** The watcher is the one that ships, with a node of its own, which counts. */
const rig = useRig({
  cloud: { chain: { slotsInAnEpoch: 1 } },
  watcher: true,
  async rpcUrl({ anvil }) {
    proxy = await startRpcProxy(anvil.rpcUrl);
    return anvil.rpcUrl;
  },
  activities: (activities, { anvil: { chainId } }) => {
    const { chain, ...others } = short(activities, chainId);
    const counted = createChains(new Map([[chainId, [proxy.url]]]));
    return { ...others, chain: { ...chain, scanChain: createScanChain({ chains: counted, interval: 250 }) } };
  },
});
afterAll(() => proxy.stop());

const word = (index: number, bytes: number): `0x${string}` => `0x${index.toString(16).padStart(bytes * 2, '0')}`;
const device = (index: number) => deviceIdSchema.parse(word(index + 1, 32));

const ours = (condition: string): Promise<number> =>
  rig.client.workflow.count(`TaskQueue = '${rig.taskQueue}' AND ${condition}`).then(({ count: found }) => found);

/** Requests of the watcher beside its looks at the newest block, over some blocks that come one at a time. */
async function requestsOver(comes: () => Promise<unknown>, times: number): Promise<number> {
  const looks = () => proxy.calls('eth_getBlockByNumber');
  const others = () => proxy.calls() - looks();
  const before = others();
  for (let block = 0; block < times; block++) {
    const looked = looks();
    await comes();
    // Its turn is over.
    await expect.poll(looks, { timeout: 60_000, interval: 20 }).toBeGreaterThan(looked + 2);
  }
  return others() - before;
}

describe('one watcher', () => {
  it(`wakes ${count} changes that wait at once, and asks the chain no more than where none waits`, async () => {
    const { anvil, safe } = rig.cloud;
    app = (await rig.addCvm('safe')).appId;
    const one = () => mine(anvil.rpcUrl, 1);
    // It has begun, knows its chain, and has seen the blocks that there are.
    await requestsOver(one, overlap + 3);
    expect(await requestsOver(one, blocks)).toBe(0);

    const started = Date.now();
    const start = (index: number) =>
      rig.countersign.changeAllowlist({
        appId: word(index + 1, 20),
        chainId: anvil.chainId,
        steps: [{ action: 'addDevice', device: { deviceId: device(index) } }],
        registrar: 'external',
        requestedBy: 'test',
        policy: { finality: 'safe' },
      });
    for (let index = 0; index < count; index += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, offset) => start(index + offset)));
    }
    const waiting = () => ours(`${searchAttributes.awaitedOnChain} IS NOT NULL`);
    await expect.poll(waiting, { timeout: 240_000, interval: 500 }).toBe(count);
    const allWait = Date.now();
    expect(await requestsOver(one, blocks)).toBe(0);

    const abi = parseAbi(['function addDevice(bytes32 deviceId)']);
    const register = (first: number) =>
      executeSafeBatch({
        rpcUrl: anvil.rpcUrl,
        safe: safe.address,
        signers: safe.owners.slice(0, safe.threshold).map(({ privateKey }) => privateKey),
        calls: Array.from({ length: perTransaction }, (_, offset) => ({
          to: app,
          data: encodeFunctionData({ abi, functionName: 'addDevice', args: [device(first + offset)] }),
        })),
      });
    registered = true;
    for (let first = 0; first < count; first += perTransaction) await register(first);
    await mine(anvil.rpcUrl, 2);
    const allRegistered = Date.now();
    const ended = () => ours("ExecutionStatus = 'Completed' AND ChangePhase = 'completed'");
    await expect.poll(ended, { timeout: 240_000, interval: 500 }).toBe(count);
    const seconds = (from: number, to: number): number => Math.round((to - from) / 1_000);
    process.stdout.write(
      `${count} changes: all wait after ${seconds(started, allWait)} s, all ended ${seconds(allRegistered, Date.now())} s after their registration\n`,
    );
    await requestsOver(one, overlap + 3);
    // A minute after it has woken somebody the watcher puts its place down, and reads the newest blocks again from there.
    expect(await requestsOver(one, blocks)).toBeLessThanOrEqual(blocks);
  }, 600_000);
});
