import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { appCall } from '../rig/appCall.js';
import type { Rig } from '../rig/rig.js';
import { answer, days, type Ending, ended } from './ending.js';
import { startUpdate } from './updateEndings.js';

const waiting = async (rig: Rig) => {
  const { cvm, change } = await startUpdate(rig, 'safe');
  return { cvm, change, status: await rig.until(change, 'awaitingRegistration') };
};

/** A CVM that answers with another hash than the one that anyone can recompute. */
function withHiddenFields(cvm: SimulatedCvm): void {
  cvm.quirks = { serverAddedFields: { server_says: 'hello' } };
}

/** How an update ends that was held up on its way, or that failed. */
export const troubledUpdateEndings: readonly Ending[] = [
  {
    name: 'update-refused',
    phase: 'failed',
    async run(rig) {
      const cvm = await rig.addCvm('safe');
      answer(rig, { endpoint: 'patchCvm', cvm: cvm.vmUuid, status: 422, body: { detail: [] } });
      return ended(await rig.countersign.updateCvm(rig.request(cvm)));
    },
  },
  {
    name: 'update-operationFailed',
    phase: 'failed',
    async run(rig) {
      const cvm = await rig.addCvm('none');
      rig.cloud.simulator.faults.add({ cvm: cvm.vmUuid, what: { kind: 'operationFails', message: 'disk full' } });
      return ended(await rig.countersign.updateCvm(rig.request(cvm)));
    },
  },
  {
    name: 'update-blockedWhilePreparing',
    phase: 'completed',
    async run(rig) {
      const cvm = await rig.addCvm('safe');
      answer(rig, { endpoint: 'patchCvm', cvm: cvm.vmUuid, status: 401 });
      const change = await rig.countersign.updateCvm(rig.request(cvm));
      await rig.until(change, 'blocked');
      await change.send('retry', { by: 'test' });
      await rig.carryOut(change);
      return change;
    },
  },
  {
    name: 'update-blockedWhileCommitting',
    phase: 'completed',
    async run(rig) {
      const { cvm, change, status } = await waiting(rig);
      answer(rig, { endpoint: 'commitUpdate', cvm: cvm.vmUuid, status: 402 });
      await rig.register(change, status);
      await rig.until(change, 'blocked');
      await change.send('retry', { by: 'test' });
      return ended(change);
    },
  },
  {
    name: 'update-tokenRenewed',
    phase: 'completed',
    async run(rig) {
      const { change, status } = await waiting(rig);
      await rig.cloud.simulator.clock.advance(days(15));
      await rig.register(change, status);
      return ended(change);
    },
  },
  {
    name: 'update-verifiedAgain',
    phase: 'completed',
    async run(rig) {
      const { cvm, change, status } = await waiting(rig);
      // More often than the activity itself is patient with a node that lags behind.
      answer(rig, { endpoint: 'commitUpdate', cvm: cvm.vmUuid, status: 468, times: 5 });
      await rig.register(change, status);
      return ended(change);
    },
  },
  {
    name: 'update-registrationVanished',
    phase: 'completed',
    async run(rig) {
      const { cvm, change, status } = await waiting(rig);
      await change.send('pause', { by: 'test' });
      await rig.register(change, status);
      await rig.untilStatus(change, ({ registration }) => registration !== null, 'a registration');
      await rig.callThroughSafe(appCall(cvm.appId, 'removeComposeHash', status.composeHash ?? '0x'));
      await change.send('resume', { by: 'test' });
      await rig.carryOut(change);
      return change;
    },
  },
  {
    name: 'update-hashMismatch',
    phase: 'completed',
    async run(rig) {
      const cvm = await rig.addCvm('safe');
      withHiddenFields(cvm);
      const change = await rig.countersign.updateCvm(rig.request(cvm, { policy: { onHashMismatch: 'hold' } }));
      await rig.until(change, 'blocked');
      await change.send('retry', { by: 'test' });
      await rig.carryOut(change);
      return change;
    },
  },
  {
    name: 'update-anotherHash',
    phase: 'completed',
    async run(rig) {
      const { cvm, change, status } = await waiting(rig);
      withHiddenFields(cvm);
      await rig.cloud.simulator.clock.advance(days(15));
      await rig.register(change, status);
      const again = await rig.untilStatus(
        change,
        ({ phase, composeHash }) => phase === 'awaitingRegistration' && composeHash !== status.composeHash,
        'a wait for another hash',
      );
      await rig.register(change, again);
      return ended(change);
    },
  },
  {
    name: 'update-cancelledWhileCommitting',
    phase: 'cancelled',
    async run(rig) {
      const { cvm, change, status } = await waiting(rig);
      answer(rig, { endpoint: 'commitUpdate', cvm: cvm.vmUuid, status: 503, times: 100 });
      await rig.register(change, status);
      await rig.until(change, 'committing');
      await change.send('cancel', { by: 'test' });
      return ended(change);
    },
  },
  {
    name: 'update-cancelledTooLate',
    phase: 'completed',
    async run(rig) {
      const { cvm, change, status } = await waiting(rig);
      const lost = { kind: 'loseReply', by: 'hang' } as const;
      rig.cloud.simulator.faults.add({ endpoint: 'commitUpdate', cvm: cvm.vmUuid, what: lost });
      await rig.register(change, status);
      await rig.until(change, 'committing');
      await change.send('cancel', { by: 'test' });
      return ended(change);
    },
  },
];
