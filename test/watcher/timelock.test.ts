import { expect, it } from 'vitest';
import { advanceChain } from '../../stack/localChain/advanceChain.js';
import { deployTimelock } from '../../stack/localChain/deployTimelock.js';
import { sendCall } from '../../stack/localChain/sendCall.js';
import { useRig } from '../rig/rig.js';
import { patient } from './patient.js';
import { sightingsOf, untilItLooked, untilItWaits } from './seen.js';

const rig = useRig({ watcher: true, activities: patient });

it('a change that goes through a timelock looks again at once when its operation is scheduled, and when it is executed', async () => {
  const { rpcUrl } = rig.cloud.anvil;
  const timelock = await deployTimelock({ rpcUrl, minDelaySeconds: 3_600, proposers: [rig.cloud.safe.address] });
  const cvm = await rig.addCvm(timelock);
  const change = await rig.countersign.updateCvm(rig.request(cvm));
  const { proposal } = await untilItWaits(rig, change);
  if (!proposal?.timelock) throw new Error('expected a proposal for a timelock');
  await rig.callThroughSafe(proposal.timelock.schedule.call);
  const scheduled = await rig.untilStatus(
    change,
    (status) => status.proposal?.timelock?.operation.state === 'scheduled',
    'a scheduled operation',
  );
  expect(scheduled.awaiting).toContain('is ready at');
  await untilItLooked(change);
  await advanceChain(rpcUrl, 3_601);
  const { to, data } = proposal.timelock.execution.call;
  const transactionHash = await sendCall({ rpcUrl, to, data });
  expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
  const sightings = await sightingsOf(rig, change);
  expect(sightings.map(({ kind }) => kind)).toEqual(['operation', 'operation']);
  expect(cvm.commits).toHaveLength(1);
});
