import { advanceChain } from '../../stack/localChain/advanceChain.js';
import { deployTimelock } from '../../stack/localChain/deployTimelock.js';
import { sendCall } from '../../stack/localChain/sendCall.js';
import { type Ending, ended } from './ending.js';

/** Under a timelock: scheduled through the Safe, and executed by anyone when its time has come. */
export const timelockEndings: readonly Ending[] = [
  {
    name: 'update-timelock',
    phase: 'completed',
    async run(rig) {
      const { rpcUrl } = rig.cloud.anvil;
      const hour = 3_600;
      const owner = await deployTimelock({ rpcUrl, minDelaySeconds: hour, proposers: [rig.cloud.safe.address] });
      const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm(owner)));
      const { proposal } = await rig.until(change, 'awaitingRegistration');
      if (!proposal?.timelock) throw new Error(`expected a proposal to a timelock, got ${JSON.stringify(proposal)}`);
      await rig.callThroughSafe(proposal.timelock.schedule.call);
      const isAt = (state: string) =>
        rig.untilStatus(change, (now) => now.proposal?.timelock?.operation.state === state, `a ${state} operation`);
      await isAt('scheduled');
      await advanceChain(rpcUrl, hour + 1);
      const ready = await isAt('ready');
      await sendCall({ rpcUrl, ...(ready.proposal?.timelock ?? proposal.timelock).execution.call });
      return ended(change);
    },
  },
];
/** Where the deployment tells of what happens. */
export const notifiedEndings: readonly Ending[] = [
  {
    name: 'update-notified',
    phase: 'completed',
    async run(rig) {
      const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('safe')));
      await rig.carryOut(change);
      return change;
    },
  },
  {
    name: 'allowlist-notified',
    phase: 'rejected',
    async run(rig) {
      const { appId } = await rig.addCvm('safe');
      const change = await rig.countersign.changeAllowlist({
        appId,
        steps: [{ action: 'setAllowAnyDevice', allowed: true }],
        requestedBy: 'test',
        policy: { finality: 'latest' },
      });
      await rig.until(change, 'awaitingRegistration');
      await change.send('reject', { by: 'test' });
      return ended(change);
    },
  },
];
