import type { Change } from '../../client/change.js';
import type { AllowListRequestInput } from '../../model/allowListRequest.js';
import type { Governance } from '../../stack/localCloud.js';
import type { Rig } from '../rig/rig.js';
import { type Ending, ended } from './ending.js';

const device = { deviceId: `0x${'a'.repeat(64)}` } as const;

async function allowDevice(
  rig: Rig,
  governance: Governance,
  more: { readonly deadline?: string; readonly listed?: boolean } = {},
): Promise<Change> {
  const { appId } = await rig.addCvm(governance, more.listed ? { deviceIds: [device.deviceId] } : {});
  const steps: AllowListRequestInput['steps'] = [{ action: 'addDevice', device }];
  const policy = { finality: 'latest', ...(more.deadline !== undefined && { deadline: more.deadline }) } as const;
  return rig.countersign.changeAllowlist({ appId, steps, requestedBy: 'test', policy });
}

/** How a change of allow-lists ends. */
export const allowlistEndings: readonly Ending[] = [
  {
    name: 'allowlist-safe',
    phase: 'completed',
    async run(rig) {
      const change = await allowDevice(rig, 'safe');
      await rig.carryOut(change);
      return change;
    },
  },
  {
    name: 'allowlist-ownerKey',
    phase: 'completed',
    run: async (rig) => ended(await allowDevice(rig, 'ownerKey')),
  },
  {
    name: 'allowlist-noChange',
    phase: 'completed',
    run: async (rig) => ended(await allowDevice(rig, 'safe', { listed: true })),
  },
  {
    name: 'allowlist-cancelled',
    phase: 'cancelled',
    async run(rig) {
      const change = await allowDevice(rig, 'safe');
      await rig.until(change, 'awaitingRegistration');
      await change.send('cancel', { by: 'test' });
      return ended(change);
    },
  },
  {
    name: 'allowlist-expired',
    phase: 'expired',
    run: async (rig) => ended(await allowDevice(rig, 'safe', { deadline: new Date(Date.now() + 4_000).toISOString() })),
  },
  { name: 'allowlist-failed', phase: 'failed', run: async (rig) => ended(await allowDevice(rig, 'none')) },
];
