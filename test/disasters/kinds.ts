import { expect } from 'vitest';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { adoption, prepareElsewhere } from '../rig/prepareElsewhere.js';
import { addedEntries } from './addedEntries.js';
import { holdUp, type Starter } from './undertaking.js';

/** A node whose device an app does not allow before it is asked to. */
const elsewhere = 2;

export const update: Starter = async ({ rig, signer, phase, finality }) => {
  const cvm = await rig.addCvm(signer);
  if (phase === 'preparing') holdUp(rig, 'patchCvm', { cvm: cvm.vmUuid });
  if (phase === 'committing') holdUp(rig, signer === 'none' ? 'patchCvm' : 'commitUpdate', { cvm: cvm.vmUuid });
  return {
    signer,
    change: await rig.countersign.updateCvm(rig.request(cvm, { policy: { finality } })),
    async judge({ composeHash, correlationId }) {
      expect(cvm.commits).toMatchObject([{ composeHash, correlationId }]);
      expect(cvm.bootedComposeHash).toBe(composeHash);
      if (signer !== 'none') expect(await addedEntries(rig, cvm.appId, composeHash)).toBe(1);
    },
  };
};

export const adopt: Starter = async ({ rig, signer, phase, finality }) => {
  const cvm = await rig.addCvm(signer);
  const prepared = await prepareElsewhere(rig, cvm);
  if (phase === 'preparing') holdUp(rig, 'getCommitUpdate', { cvm: cvm.vmUuid });
  if (phase === 'committing') holdUp(rig, 'commitUpdate', { cvm: cvm.vmUuid });
  const { change } = await rig.countersign.adoptUpdate(await adoption(rig, cvm, prepared, { policy: { finality } }));
  return {
    signer,
    change,
    async judge({ composeHash, correlationId }) {
      expect(composeHash).toBe(prepared.composeHash);
      expect(cvm.commits).toMatchObject([{ composeHash, correlationId }]);
      expect(cvm.bootedComposeHash).toBe(composeHash);
      expect(await addedEntries(rig, cvm.appId, composeHash)).toBe(1);
    },
  };
};

export const replicate: Starter = async ({ rig, signer, phase, finality }) => {
  const cvm: SimulatedCvm = await rig.addCvm(signer);
  if (phase === 'preparing') holdUp(rig, 'replicateCvm', { cvm: cvm.vmUuid });
  if (phase === 'committing') holdUp(rig, signer === 'none' ? 'replicateCvm' : 'commitReplica', { cvm: cvm.vmUuid });
  const { simulator } = rig.cloud;
  const device = simulator.nodes.find(({ id }) => id === elsewhere)?.deviceId ?? '0x';
  const request = { cvmId: cvm.vmUuid, node: elsewhere, requestedBy: 'test', policy: { finality } };
  return {
    signer,
    change: await rig.countersign.replicateCvm(request),
    async judge({ created, composeHash }) {
      const made = simulator.ledger.creations.filter(({ sourceVmUuid }) => sourceVmUuid === cvm.vmUuid);
      expect(made).toMatchObject([{ vmUuid: created?.cvmId, composeHash, nodeId: elsewhere }]);
      expect(simulator.cvm(created?.cvmId ?? '')).toMatchObject({ status: 'running', bootedComposeHash: composeHash });
      if (signer !== 'none') expect(await addedEntries(rig, cvm.appId, device)).toBe(1);
    },
  };
};

export const provision: Starter = async ({ rig, signer, phase, finality }) => {
  const name = rig.name();
  if (phase === 'preparing') holdUp(rig, 'provisionCvm', { body: name });
  // The commit does not name the CVM: whoever starts these brings them into their phase one after the other.
  if (phase === 'committing') holdUp(rig, 'commitCvmProvision');
  const { simulator, safe } = rig.cloud;
  const change = await rig.countersign.provisionCvm({
    name,
    compose: { dockerComposeFile: `services:\n  ${name}: {}\n` },
    kms: signer === 'none' ? 'phala' : 'ethereum',
    ...(signer === 'safe' && { owner: safe.address }),
    requestedBy: 'test',
    policy: { finality },
  });
  return {
    signer,
    change,
    async judge({ created, composeHash, appId }) {
      const made = simulator.cvms().filter((cvm) => cvm.name === name);
      expect(made).toMatchObject([
        { vmUuid: created?.cvmId, appId, status: 'running', bootedComposeHash: composeHash },
      ]);
      expect(simulator.ledger.creations.filter(({ vmUuid }) => vmUuid === created?.cvmId)).toHaveLength(1);
      // Deploying an app lists its first configuration: a second app would list it again.
      expect(await addedEntries(rig, null, composeHash)).toBe(signer === 'none' ? 0 : 1);
    },
  };
};

export const allowlist: Starter = async ({ rig, signer, finality }) => {
  const { appId } = await rig.addCvm(signer);
  const deviceId = `0x${'d'.repeat(64)}` as const;
  return {
    signer,
    change: await rig.countersign.changeAllowlist({
      appId,
      steps: [{ action: 'addDevice', device: { deviceId } }],
      requestedBy: 'test',
      policy: { finality },
    }),
    async judge() {
      expect(await addedEntries(rig, appId, deviceId)).toBe(1);
    },
  };
};
