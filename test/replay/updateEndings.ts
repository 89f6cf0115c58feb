import type { Change } from '../../client/change.js';
import { transactionHashSignal } from '../../model/messages.js';
import type { UpdateRequestInput } from '../../model/updateRequest.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import type { Governance } from '../../stack/localCloud.js';
import type { Rig } from '../rig/rig.js';
import { type Ending, ended } from './ending.js';

/** Starts an update of a new CVM. */
export async function startUpdate(
  rig: Rig,
  governance: Governance,
  overrides: Partial<UpdateRequestInput> = {},
): Promise<{ readonly cvm: SimulatedCvm; readonly change: Change }> {
  const cvm = await rig.addCvm(governance);
  return { cvm, change: await rig.countersign.updateCvm(rig.request(cvm, overrides)) };
}

/** One that waits for its registration. */
async function waiting(rig: Rig, overrides: Partial<UpdateRequestInput> = {}) {
  const { cvm, change } = await startUpdate(rig, 'safe', overrides);
  return { cvm, change, status: await rig.until(change, 'awaitingRegistration') };
}

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

/** How an update ends where nothing goes wrong, and where people end it or talk to it. */
export const updateEndings: readonly Ending[] = [
  {
    name: 'update-safe',
    phase: 'completed',
    async run(rig) {
      const { change } = await startUpdate(rig, 'safe');
      await rig.carryOut(change);
      return change;
    },
  },
  {
    name: 'update-safeAtFinality',
    phase: 'completed',
    async run(rig) {
      const { change, status } = await waiting(rig, { policy: { finality: 3 } });
      await rig.register(change, status);
      return ended(change);
    },
  },
  {
    name: 'update-ownerKey',
    phase: 'completed',
    run: async (rig) => ended((await startUpdate(rig, 'ownerKey')).change),
  },
  { name: 'update-direct', phase: 'completed', run: async (rig) => ended((await startUpdate(rig, 'none')).change) },
  {
    name: 'update-noChange',
    phase: 'completed',
    async run(rig) {
      const cvm = await rig.addCvm('safe');
      const { docker_compose_file: dockerComposeFile } = cvm.appCompose;
      return ended(await rig.countersign.updateCvm(rig.request(cvm, { update: { dockerComposeFile } })));
    },
  },
  {
    name: 'update-registeredAlready',
    phase: 'completed',
    async run(rig) {
      const update = { dockerComposeFile: 'services:\n  registered: {}\n' };
      const { cvm, change, status } = await waiting(rig, { update });
      await change.send('cancel', { by: 'test' });
      await change.result();
      await rig.signAndExecute(status);
      return ended(await rig.countersign.updateCvm(rig.request(cvm, { update })));
    },
  },
  {
    name: 'update-signalled',
    phase: 'completed',
    async run(rig) {
      const { change, status } = await waiting(rig);
      const { client } = rig;
      const signal = (hash: string) => client.workflow.getHandle(change.id).signal(transactionHashSignal, hash);
      await signal('no hash at all');
      await signal(`0x${'5a'.repeat(32)}`);
      await signal(await rig.signAndExecute(status));
      return ended(change);
    },
  },
  {
    name: 'update-allMessages',
    phase: 'completed',
    async run(rig) {
      const { change, status } = await waiting(rig);
      await change.send('comment', { by: 'test', reason: 'signed by two of three' });
      await change.send('extend', { by: 'test', deadline: inSeconds(40 * 24 * 3600) });
      await change.send('pause', { by: 'test', reason: 'freeze' });
      await rig.register(change, status);
      await rig.untilStatus(change, ({ registration }) => registration !== null, 'a registration');
      await change.send('resume', { by: 'test' });
      return ended(change);
    },
  },
  {
    name: 'update-rejected',
    phase: 'rejected',
    async run(rig) {
      const { change } = await waiting(rig);
      await change.send('reject', { by: 'test', reason: 'wrong image' });
      return ended(change);
    },
  },
  {
    name: 'update-cancelled',
    phase: 'cancelled',
    async run(rig) {
      const { change } = await waiting(rig);
      await change.send('cancel', { by: 'test' });
      return ended(change);
    },
  },
  {
    name: 'update-cancelledThroughTemporal',
    phase: 'cancelled',
    async run(rig) {
      const { change } = await waiting(rig);
      await rig.client.workflow.getHandle(change.id).cancel();
      return ended(change);
    },
  },
  {
    name: 'update-expired',
    phase: 'expired',
    async run(rig) {
      const { change } = await waiting(rig, { policy: { deadline: inSeconds(4) } });
      await change.send('extend', { by: 'test', deadline: inSeconds(6) });
      return ended(change);
    },
  },
];
