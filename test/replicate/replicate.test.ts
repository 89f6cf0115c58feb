import { describe, expect, it } from 'vitest';
import type { ReplicateRequestInput } from '../../model/replicateRequest.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { appCall } from '../rig/appCall.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

const request = (cvm: SimulatedCvm, more: Partial<ReplicateRequestInput> = {}): ReplicateRequestInput => ({
  cvmId: cvm.vmUuid,
  requestedBy: 'test',
  ...more,
  policy: { finality: 'latest', ...more.policy },
});

const creationsFrom = ({ vmUuid }: SimulatedCvm) =>
  rig.cloud.simulator.ledger.creations.filter(({ sourceVmUuid }) => sourceVmUuid === vmUuid);

/** A node other than the first, where CVMs go by default. */
function otherNode() {
  const node = rig.cloud.simulator.nodes.find(({ id }) => id !== 1);
  if (!node) throw new Error('the simulator has one node only');
  return node;
}

describe('a replica of a CVM whose app is owned by a Safe', () => {
  it('on a node whose device is not allowed: the Safe adds the device, and no transaction is shown to the API', async () => {
    const cvm = await rig.addCvm('safe');
    const node = otherNode();
    const change = await rig.countersign.replicateCvm(request(cvm, { node: node.id, reason: 'more room' }));
    const waiting = await rig.until(change, 'awaitingRegistration');
    expect(waiting).toMatchObject({
      kind: 'replicate',
      route: 'onChain',
      hashCheck: 'matched',
      composeHash: cvm.composeHash,
      proposal: { registrar: 'safe', calls: [{ method: 'addDevice', arguments: [{ value: node.deviceId }] }] },
    });
    expect(creationsFrom(cvm)).toHaveLength(0);
    await rig.register(change, waiting);
    const result = await change.result();
    const creations = creationsFrom(cvm);
    expect(creations).toMatchObject([
      { kind: 'replica', via: 'token', nodeId: node.id, transactionHash: 'already-registered' },
    ]);
    expect(result).toMatchObject({
      kind: 'replicate',
      phase: 'completed',
      cvmId: cvm.vmUuid,
      created: { cvmId: creations[0]?.vmUuid },
      composeHash: cvm.composeHash,
    });
    const replica = rig.cloud.simulator.cvm(creations[0]?.vmUuid ?? '');
    expect(replica).toMatchObject({ status: 'running', bootedComposeHash: cvm.composeHash });
  });

  it('on the node of the source needs no signature at all', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.replicateCvm(request(cvm));
    const result = await change.result();
    expect(result.phase).toBe('completed');
    expect((await change.status()).proposal?.calls).toEqual([]);
    expect(creationsFrom(cvm)).toMatchObject([{ nodeId: 1, transactionHash: 'already-registered' }]);
  });

  it('of a configuration that is not allowed any more, on a new device: hash and device in one batch of the Safe', async () => {
    const cvm = await rig.addCvm('safe');
    const node = otherNode();
    await rig.callThroughSafe(appCall(cvm.appId, 'removeComposeHash', cvm.composeHash));
    const change = await rig.countersign.replicateCvm(request(cvm, { node: node.name }));
    const waiting = await rig.until(change, 'awaitingRegistration');
    expect(waiting.proposal?.calls.map(({ method }) => method)).toEqual(['addDevice', 'addComposeHash']);
    const transactionHash = await rig.register(change, waiting);
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    // It shows the compose hash being added, so it is shown to the API.
    expect(creationsFrom(cvm)).toMatchObject([{ nodeId: node.id, transactionHash }]);
  });

  it('is asked for under the app where the caller wants that', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.replicateCvm(request(cvm, { appId: cvm.appId }));
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    const endpoints = rig.cloud.simulator.ledger.requests.map(({ endpoint }) => endpoint);
    expect(endpoints.filter((endpoint) => endpoint === 'replicateAppCvm')).toHaveLength(1);
    expect(creationsFrom(cvm)).toHaveLength(1);
  });

  it('of an app with several live CVMs: the engine finds out which configuration is meant, and says so', async () => {
    const cvm = await rig.addCvm('safe');
    await (await rig.countersign.replicateCvm(request(cvm))).result();
    const change = await rig.countersign.replicateCvm(request(cvm));
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: cvm.composeHash });
    expect(creationsFrom(cvm)).toHaveLength(2);
    const { events } = await change.status();
    expect(events.map(({ what }) => what)).toContain(`The app has 2 live CVMs: ${cvm.composeHash} is replicated.`);
  });

  it('is prepared again when its token expires while people sign, and nobody is asked twice', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.replicateCvm(request(cvm, { node: otherNode().id }));
    const waiting = await rig.until(change, 'awaitingRegistration');
    rig.cloud.simulator.faults.add({
      endpoint: 'commitReplica',
      cvm: cvm.vmUuid,
      what: { kind: 'answer', status: 466, body: { error_code: 'ERR-01-006', message: 'token expired' } },
    });
    await rig.register(change, waiting);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect((await change.status()).preparations).toBe(2);
    expect(creationsFrom(cvm)).toHaveLength(1);
  });
});

describe('a replica of a CVM that no chain governs', () => {
  it('is made at once, knowingly, and never "prepared"', async () => {
    const cvm = await rig.addCvm('none');
    const change = await rig.countersign.replicateCvm(request(cvm, { node: otherNode().name }));
    const result = await change.result();
    expect(result).toMatchObject({ phase: 'completed', composeHash: cvm.composeHash });
    expect(creationsFrom(cvm)).toMatchObject([{ via: 'direct', nodeId: otherNode().id }]);
    expect((await change.status()).route).toBe('direct');
    const prepared = rig.cloud.simulator.ledger.preparations.filter(({ cvmId }) => cvmId === cvm.vmUuid);
    expect(prepared).toHaveLength(0);
  });
});

describe('a replica that cannot be', () => {
  it('for want of its node names those that there are', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.replicateCvm(request(cvm, { node: 'nowhere' }));
    await expect(change.result()).rejects.toMatchObject({
      type: 'NodeNotFound',
      message: expect.stringContaining(otherNode().name),
    });
  });

  it('because the app is another one is refused before anything is asked for', async () => {
    const cvm = await rig.addCvm('safe');
    const other = await rig.addCvm('safe');
    const change = await rig.countersign.replicateCvm(request(cvm, { appId: other.appId }));
    await expect(change.result()).rejects.toMatchObject({ type: 'RequestRefused' });
  });

  it('while another change of the CVM runs names who holds it', async () => {
    const cvm = await rig.addCvm('safe');
    const update = await rig.countersign.updateCvm(rig.request(cvm));
    await expect(rig.countersign.replicateCvm(request(cvm))).rejects.toMatchObject({ holder: { change: update.id } });
  });
});
