import { describe, expect, it } from 'vitest';
import { waysToLoseAReply } from '../rig/lostReplies.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

// One after the other: a fault of a call that names no CVM strikes whoever comes first.
describe.each([['phala'], ['ethereum']])('the call that makes a CVM, whose answer is lost (KMS %s)', (kms) => {
  it.each(waysToLoseAReply)('ends in exactly one CVM %s', async (_how, what) => {
    const { simulator } = rig.cloud;
    // The documents promise that a repeated call makes no second CVM. The engine does not rely on it.
    const careless = simulator.faults.add({
      endpoint: 'commitCvmProvision',
      times: null,
      what: { kind: 'quirks', quirks: { repeatedProvisionCommit: 'createsAnother' } },
    });
    const fault = simulator.faults.add({ endpoint: 'commitCvmProvision', what });
    const name = rig.name();
    const change = await rig.countersign.provisionCvm({
      name,
      compose: { dockerComposeFile: 'services: {}\n' },
      kms,
      requestedBy: 'test',
      policy: { finality: 'latest' },
    });
    const result = await change.result();
    simulator.faults.remove(careless.id);
    expect(simulator.faults.list().find(({ id }) => id === fault.id)?.used, 'times the fault struck').toBe(1);
    const made = simulator.cvms().filter((cvm) => cvm.name === name);
    expect(made).toHaveLength(1);
    expect(result).toMatchObject({ phase: 'completed', cvmId: made[0]?.vmUuid });
  });
});
