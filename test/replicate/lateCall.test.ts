import { expect, it } from 'vitest';
import { useRig } from '../rig/rig.js';

const rig = useRig();

it('a call for a replica that takes effect after it was given up, and after the look for it, still ends in one replica', async () => {
  const cvm = await rig.addCvm('none');
  const { faults, ledger } = rig.cloud.simulator;
  // The engine gives the first call up after 30 seconds, and has looked for what it did 7 seconds later.
  const late = { kind: 'delay', milliseconds: 40_000 } as const;
  faults.add({ endpoint: 'replicateCvm', cvm: cvm.vmUuid, what: late });
  const givenUp = Date.now() + 30_000;
  const second = { kind: 'delay', milliseconds: 8_000 } as const;
  faults.add({ endpoint: 'replicateCvm', cvm: cvm.vmUuid, when: () => Date.now() > givenUp, what: second });
  const change = await rig.countersign.replicateCvm({
    cvmId: cvm.vmUuid,
    requestedBy: 'test',
    policy: { finality: 'latest' },
  });
  const result = await change.result();
  const answers = ledger.requests.filter(({ endpoint }) => endpoint === 'replicateCvm').map(({ outcome }) => outcome);
  expect(answers, 'answers of the API, the first of which nobody heard').toEqual([200, 400]);
  const creations = ledger.creations.filter(({ sourceVmUuid }) => sourceVmUuid === cvm.vmUuid);
  expect(creations).toHaveLength(1);
  expect(result).toMatchObject({ phase: 'completed', created: { cvmId: creations[0]?.vmUuid } });
}, 120_000);
