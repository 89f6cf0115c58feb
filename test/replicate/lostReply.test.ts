import { describe, expect, it } from 'vitest';
import { waysToLoseAReply } from '../rig/lostReplies.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

/** Every call that may make a replica. On chain the last one does, elsewhere the first. */
const calls = [
  { endpoint: 'commitReplica', governance: 'safe', underApp: false },
  { endpoint: 'replicateCvm', governance: 'none', underApp: false },
  { endpoint: 'replicateAppCvm', governance: 'none', underApp: true },
] as const;

describe.concurrent.each(calls)(
  '$endpoint whose answer is lost ($governance)',
  ({ endpoint, governance, underApp }) => {
    it.each(waysToLoseAReply)('ends in exactly one replica %s', async (_how, what) => {
      const cvm = await rig.addCvm(governance);
      const { simulator } = rig.cloud;
      const fault = simulator.faults.add({ endpoint, cvm: cvm.vmUuid, what });
      const change = await rig.countersign.replicateCvm({
        cvmId: cvm.vmUuid,
        ...(underApp && { appId: cvm.appId }),
        requestedBy: 'test',
        policy: { finality: 'latest' },
      });
      const result = await change.result();
      expect(simulator.faults.list().find(({ id }) => id === fault.id)?.used, 'times the fault struck').toBe(1);
      const creations = simulator.ledger.creations.filter(({ sourceVmUuid }) => sourceVmUuid === cvm.vmUuid);
      expect(creations).toHaveLength(1);
      expect(result).toMatchObject({ phase: 'completed', created: { cvmId: creations[0]?.vmUuid } });
    });
  },
);
