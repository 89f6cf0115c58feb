import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { addressSchema, deviceIdSchema } from '../../model/hex.js';
import { statusQuery } from '../../model/messages.js';
import { type WatchStatus, watcherOf } from '../../model/watch.js';
import { deployAppForDevices } from '../../stack/localChain/appForDevices.js';
import { deployDstackKms } from '../../stack/localChain/dstackKms.js';
import { type Anvil, startAnvil } from '../../stack/localChain/startAnvil.js';
import { sendCall } from '../../stack/localChain/sendCall.js';
import { sealKeysSchema } from '../../worker/config.js';
import { createActivities } from '../../worker/createActivities.js';
import { startWatcher } from '../../worker/keepWatchers.js';
import { useRig } from '../rig/rig.js';
import { looksOf, patient } from './patient.js';
import { untilItWaits } from './seen.js';

const otherChain = 31_338;
const chainIds = [31_337, otherChain];
let other: Anvil;
let apps: ReadonlyMap<number, `0x${string}`>;

/** Two chains, on which the same contract has the same address. */
const rig = useRig({
  watcher: true,
  async rpcUrl({ anvil }) {
    other = await startAnvil({ chainId: otherChain, blockTimeSeconds: 1, mixedMining: true, slotsInAnEpoch: 1 });
    return anvil.rpcUrl;
  },
  activities: (activities, { anvil, simulator, ownerKey }) => {
    const both = createActivities(
      {
        phala: { baseUrl: simulator.url, apiKey: simulator.apiKey, activitiesPerSecond: 1_000 },
        rpcUrls: new Map([anvil, other].map(({ chainId, rpcUrl }) => [chainId, [rpcUrl]])),
        ownerKey: { privateKey: ownerKey.privateKey },
        fees: { ceiling: 10n ** 12n, patience: 60_000 },
        notifications: null,
        watchInterval: 200,
      },
      { sealKeys: sealKeysSchema.parse(`test:${Buffer.alloc(32, 1).toString('base64')}`), senders: rig.senders },
    );
    return {
      ...patient(both),
      phala: {
        ...activities.phala,
        describeApp: async ({ appId, chainId, steps }) => ({
          name: 'app',
          appId,
          composeHash: null,
          contract: { chainId: chainId ?? 0, address: addressSchema.parse(apps.get(chainId ?? 0)) },
          notifies: null,
          entries: steps.flatMap((step) =>
            step.action === 'addDevice' && step.device.deviceId
              ? [{ list: 'devices' as const, deviceId: step.device.deviceId, allowed: true }]
              : [],
          ),
        }),
      },
    };
  },
});

beforeAll(async () => {
  await startWatcher(rig.client, { chainId: otherChain, taskQueue: rig.taskQueue });
  // Started twice, as by two workers: it is one.
  await startWatcher(rig.client, { chainId: otherChain, taskQueue: rig.taskQueue });
  const deploy = async ({ rpcUrl, chainId }: Anvil, kmsContract: `0x${string}`) =>
    [
      chainId,
      await deployAppForDevices({
        rpcUrl,
        kmsContract,
        owner: rig.cloud.ownerKey.address,
        composeHash: `0x${'11'.repeat(32)}`,
        deviceIds: [],
      }),
    ] as const;
  const otherKms = await deployDstackKms({ rpcUrl: other.rpcUrl });
  apps = new Map([await deploy(rig.cloud.anvil, rig.cloud.kmsContract), await deploy(other, otherKms)]);
});
afterAll(() => other.stop());

const device = deviceIdSchema.parse('ab'.repeat(32));

describe('watchers of two chains', () => {
  it('wake each the changes of their own chain', async () => {
    const changes = new Map<number, Change>();
    for (const chainId of chainIds) {
      const change = await rig.countersign.changeAllowlist({
        appId: `0x${chainId.toString(16).padStart(40, '0')}`,
        chainId,
        steps: [{ action: 'addDevice', device: { deviceId: device } }],
        registrar: 'external',
        requestedBy: 'test',
        policy: { finality: 'latest' },
      });
      const { proposal } = await untilItWaits(rig, change);
      expect(proposal?.calls).toHaveLength(1);
      changes.set(chainId, change);
    }
    const [first, second] = chainIds.map((chainId) => changes.get(chainId)) as [Change, Change];
    const { proposal } = await second.status();
    const [call] = proposal?.calls ?? [];
    if (!call) throw new Error('expected a call');
    const sender = rig.cloud.ownerKey.privateKey;
    await sendCall({ rpcUrl: other.rpcUrl, sender, to: call.to, data: call.data });
    expect(await second.result()).toMatchObject({ phase: 'completed' });
    expect([looksOf(first), looksOf(second)]).toEqual([1, 2]);
    expect((await first.status()).phase).toBe('awaitingRegistration');
  });

  it('show their place', async () => {
    for (const chainId of chainIds) {
      const handle = rig.client.workflow.getHandle(watcherOf(chainId, rig.taskQueue));
      expect(await handle.query<WatchStatus>(statusQuery)).toMatchObject({ chainId, trouble: null });
      // One slice of its work ends, and the next begins.
      const pending = async () => (await handle.describe()).raw.pendingActivities?.length;
      await expect.poll(pending, { timeout: 10_000 }).toBe(1);
    }
  });
});
