import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { CarriedRequest } from '../api/proxy.js';
import { useProxiedRig } from '../api/useProxiedRig.js';

const { rig, carry } = useProxiedRig();

const makesReplica = ({ method, path }: CarriedRequest): boolean => method === 'POST' && path.endsWith('/replicas');

/** Replicates a CVM that no chain governs: one call makes the replica at once. */
async function replicate() {
  const cvm = await rig.addCvm('none');
  const change = await rig.countersign.replicateCvm({ cvmId: cvm.vmUuid, requestedBy: 'test' });
  const result = await change.result();
  const { ledger } = rig.cloud.simulator;
  const creations = ledger.creations.filter(({ sourceVmUuid }) => sourceVmUuid === cvm.vmUuid);
  return { result, creations };
}

describe('a call for a replica whose answer nobody heard', () => {
  it('and which takes effect half a minute after it was given up still ends in one replica', async () => {
    let calls = 0;
    carry(async (request, deliver) => {
      if (!makesReplica(request)) return deliver();
      // The engine gives the first call up after 30 seconds, and looks for what it did before it sends another.
      // That takes more than a minute; before the second call has arrived, the first one does.
      if (++calls === 1) await pause(85_000);
      if (calls === 2) await pause(25_000);
      return deliver();
    });
    const { result, creations } = await replicate();
    expect(calls, 'calls').toBe(2);
    expect(creations).toHaveLength(1);
    expect(result).toMatchObject({ phase: 'completed', created: { cvmId: creations[0]?.vmUuid } });
  }, 180_000);

  it('and which the network delivers some time after the connection broke is found, and not sent again', async () => {
    let calls = 0;
    carry(async (request, deliver) => {
      if (!makesReplica(request)) return deliver();
      calls++;
      void pause(18_000).then(deliver);
      throw new Error('the connection breaks');
    });
    const { result, creations } = await replicate();
    expect(calls, 'calls').toBe(1);
    expect(creations).toHaveLength(1);
    expect(result).toMatchObject({ phase: 'completed', created: { cvmId: creations[0]?.vmUuid } });
  }, 120_000);
});
