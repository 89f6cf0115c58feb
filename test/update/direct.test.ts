import { describe, expect, it } from 'vitest';
import { useRig } from '../rig/rig.js';

const rig = useRig();

describe('an update that needs no registration', () => {
  it('is applied once, and never "prepared", on a CVM without on-chain KMS', async () => {
    const cvm = await rig.addCvm('none');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const result = await change.result();
    expect(result).toMatchObject({ phase: 'completed', transactionHash: null, composeHash: cvm.composeHash });
    expect(cvm.commits).toMatchObject([{ via: 'direct', correlationId: result.correlationId }]);
    expect(await change.status()).toMatchObject({ route: 'direct', proposal: null, preparations: 0 });
    expect(rig.cloud.simulator.ledger.preparations.filter(({ cvmId }) => cvmId === cvm.vmUuid)).toEqual([]);
  });

  it('is applied at once where nothing in it goes into the compose hash', async () => {
    const cvm = await rig.addCvm('safe');
    const base = cvm.composeHash;
    const change = await rig.countersign.updateCvm(rig.request(cvm, { update: { vcpu: 4, memory: 8192 } }));
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: base });
    expect(cvm.commits).toMatchObject([{ via: 'direct' }]);
  });

  it('completes, and says so, where the CVM has the configuration already', async () => {
    for (const governance of ['safe', 'none'] as const) {
      const cvm = await rig.addCvm(governance);
      const { docker_compose_file: dockerComposeFile } = cvm.appCompose;
      const change = await rig.countersign.updateCvm(rig.request(cvm, { update: { dockerComposeFile } }));
      expect(await change.result()).toMatchObject({
        phase: 'completed',
        summary: 'Nothing to do: the CVM has this configuration already.',
      });
      expect(cvm.commits).toHaveLength(0);
    }
  });

  it('is applied once where the answer is lost, whether it took effect or not', async () => {
    const { faults } = rig.cloud.simulator;
    const lost = await rig.addCvm('none');
    faults.add({ endpoint: 'patchCvm', cvm: lost.vmUuid, what: { kind: 'loseReply', by: 'reset' } });
    const notSent = await rig.addCvm('none');
    faults.add({ endpoint: 'patchCvm', cvm: notSent.vmUuid, what: { kind: 'reset' } });
    for (const cvm of [lost, notSent]) {
      const result = await (await rig.countersign.updateCvm(rig.request(cvm))).result();
      expect(result.phase).toBe('completed');
      expect(cvm.commits).toMatchObject([{ correlationId: result.correlationId }]);
    }
  });
});

describe('an environment', () => {
  it('reaches the VM, encrypted to the key of its app, and nobody else', async () => {
    const { encryptEnv } = await import('../../client/encryptEnv.js');
    const cvm = await rig.addCvm('none');
    const { envEncryptionKey, name } = await rig.countersign.inspectCvm(cvm.name);
    expect(name).toBe(cvm.name);
    const variables = { API_KEY: 'hunter2 with spaces', EMPTY: '', UNICODE: 'ü€😀' };
    const encryptedEnv = await encryptEnv(variables, envEncryptionKey ?? '');
    const update = { encryptedEnv, allowedEnvs: Object.keys(variables) };
    await (await rig.countersign.updateCvm(rig.request(cvm, { update }))).result();
    expect(cvm.environment).toEqual(variables);
  });
});
