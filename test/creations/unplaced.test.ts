import { describe, expect, it } from 'vitest';
import { useRig } from '../rig/rig.js';

const rig = useRig();

/** Every call that may make a CVM. The documents allow each of them to answer before a node has it. */
const replicas = [
  { endpoint: 'commitReplica', governance: 'ownerKey', underApp: false },
  { endpoint: 'replicateCvm', governance: 'none', underApp: false },
  { endpoint: 'replicateAppCvm', governance: 'none', underApp: true },
] as const;

describe('an answer without a vm_uuid, as no node has the CVM yet', () => {
  it.each(replicas)('ends in exactly one replica: $endpoint', async ({ endpoint, governance, underApp }) => {
    const cvm = await rig.addCvm(governance);
    const { simulator } = rig.cloud;
    const fault = { cvm: cvm.vmUuid, what: { kind: 'alterBody', set: { vm_uuid: null } } } as const;
    simulator.faults.add({ endpoint, ...fault });
    // The app's list shows it without one, too, at first.
    const list = simulator.faults.add({
      endpoint: 'listAppCvms',
      times: 1,
      when: () => simulator.ledger.creations.some(({ sourceVmUuid }) => sourceVmUuid === cvm.vmUuid),
      what: { kind: 'answer', status: 200, body: [{ name: 'new', status: 'starting', vm_uuid: null }] },
    });
    const change = await rig.countersign.replicateCvm({
      cvmId: cvm.vmUuid,
      ...(underApp && { appId: cvm.appId }),
      requestedBy: 'test',
      policy: { finality: 'latest' },
    });
    const result = await change.result();
    expect(simulator.faults.list().find(({ id }) => id === list.id)?.used).toBe(1);
    simulator.faults.remove(list.id);
    const made = simulator.ledger.creations.filter(({ sourceVmUuid }) => sourceVmUuid === cvm.vmUuid);
    expect(made).toHaveLength(1);
    expect(result).toMatchObject({ phase: 'completed', created: { cvmId: made[0]?.vmUuid } });
  });

  it.each(['phala', 'ethereum'])('ends in exactly one new CVM (KMS %s)', async (kms) => {
    const { simulator } = rig.cloud;
    const what = { kind: 'alterBody', set: { vm_uuid: null } } as const;
    simulator.faults.add({ endpoint: 'commitCvmProvision', what });
    const name = rig.name();
    const looked = simulator.faults.add({
      endpoint: 'getCvm',
      times: 1,
      when: () => simulator.cvms().some((cvm) => cvm.name === name),
      what,
    });
    const change = await rig.countersign.provisionCvm({
      name,
      compose: { dockerComposeFile: 'services: {}\n' },
      kms,
      requestedBy: 'test',
      policy: { finality: 'latest' },
    });
    const result = await change.result();
    expect(simulator.faults.list().find(({ id }) => id === looked.id)?.used).toBe(1);
    const made = simulator.cvms().filter((cvm) => cvm.name === name);
    expect(made).toHaveLength(1);
    expect(result).toMatchObject({ phase: 'completed', cvmId: made[0]?.vmUuid });
  });
});
