import type { Change } from '../../client/change.js';
import type { ProvisionRequestInput } from '../../model/provisionRequest.js';
import type { ReplicateRequestInput } from '../../model/replicateRequest.js';
import type { Governance } from '../../stack/localCloud.js';
import type { Rig } from '../rig/rig.js';
import { answer, days, type Ending, ended } from './ending.js';

const policy = { finality: 'latest' } as const;

async function replicate(
  rig: Rig,
  governance: Governance,
  more: Partial<ReplicateRequestInput> = {},
): Promise<{ readonly source: string; readonly change: Change }> {
  const { vmUuid: source } = await rig.addCvm(governance);
  return {
    source,
    change: await rig.countersign.replicateCvm({ cvmId: source, requestedBy: 'test', policy, ...more }),
  };
}

const provision = (rig: Rig, more: Partial<ProvisionRequestInput> = {}): Promise<Change> =>
  rig.countersign.provisionCvm({
    name: rig.name(),
    compose: { dockerComposeFile: 'services:\n  web:\n    image: nginx:1.27\n' },
    requestedBy: 'test',
    policy,
    ...more,
  });

/** On the local chain. */
const onChain = 'ethereum';
/** A node whose device the app of a new CVM does not allow. */
const elsewhere = 2;

async function carriedOut(rig: Rig, change: Change): Promise<Change> {
  await rig.carryOut(change);
  return change;
}

/** How a replication ends. */
export const replicateEndings: readonly Ending[] = [
  {
    name: 'replicate-safe',
    phase: 'completed',
    run: async (rig) => carriedOut(rig, (await replicate(rig, 'safe', { node: elsewhere })).change),
  },
  {
    name: 'replicate-registeredAlready',
    phase: 'completed',
    run: async (rig) => ended((await replicate(rig, 'safe')).change),
  },
  { name: 'replicate-direct', phase: 'completed', run: async (rig) => ended((await replicate(rig, 'none')).change) },
  {
    name: 'replicate-tokenRenewed',
    phase: 'completed',
    async run(rig) {
      const { change } = await replicate(rig, 'safe', { node: elsewhere });
      const waiting = await rig.until(change, 'awaitingRegistration');
      await rig.cloud.simulator.clock.advance(days(15));
      await rig.register(change, waiting);
      return ended(change);
    },
  },
  {
    name: 'replicate-blocked',
    phase: 'completed',
    async run(rig) {
      const { source, change } = await replicate(rig, 'safe', { node: elsewhere });
      const waiting = await rig.until(change, 'awaitingRegistration');
      answer(rig, { endpoint: 'commitReplica', cvm: source, status: 403 });
      await rig.register(change, waiting);
      await rig.until(change, 'blocked');
      await change.send('retry', { by: 'test' });
      return ended(change);
    },
  },
  {
    name: 'replicate-cancelled',
    phase: 'cancelled',
    async run(rig) {
      const { change } = await replicate(rig, 'safe', { node: elsewhere });
      await rig.until(change, 'awaitingRegistration');
      await change.send('cancel', { by: 'test' });
      return ended(change);
    },
  },
  {
    name: 'replicate-failed',
    phase: 'failed',
    run: async (rig) => ended((await replicate(rig, 'safe', { node: 'nowhere' })).change),
  },
];

/** How the making of a new CVM ends. */
export const provisionEndings: readonly Ending[] = [
  { name: 'provision-offChain', phase: 'completed', run: async (rig) => ended(await provision(rig)) },
  {
    name: 'provision-ownerKey',
    phase: 'completed',
    run: async (rig) => ended(await provision(rig, { kms: onChain })),
  },
  {
    name: 'provision-safe',
    phase: 'completed',
    run: async (rig) => carriedOut(rig, await provision(rig, { kms: onChain, owner: rig.cloud.safe.address })),
  },
  {
    name: 'provision-planExpired',
    phase: 'completed',
    async run(rig) {
      const change = await provision(rig, { kms: onChain, owner: rig.cloud.safe.address });
      const waiting = await rig.until(change, 'awaitingRegistration');
      await rig.cloud.simulator.clock.advance(days(15));
      await rig.register(change, waiting);
      return ended(change);
    },
  },
  {
    name: 'provision-blocked',
    phase: 'completed',
    async run(rig) {
      answer(rig, { endpoint: 'provisionCvm', status: 400, body: { error_code: 'ERR-02-003', message: 'no room' } });
      const change = await provision(rig);
      await rig.until(change, 'blocked');
      await change.send('retry', { by: 'test' });
      return ended(change);
    },
  },
  {
    name: 'provision-rejected',
    phase: 'rejected',
    async run(rig) {
      const change = await provision(rig, { kms: onChain, owner: rig.cloud.safe.address });
      await rig.until(change, 'awaitingRegistration');
      await change.send('reject', { by: 'test', reason: 'too dear' });
      return ended(change);
    },
  },
  { name: 'provision-failed', phase: 'failed', run: async (rig) => ended(await provision(rig, { kms: 'nowhere' })) },
];
