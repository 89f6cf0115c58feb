import { createPublicClient, http, parseAbiItem } from 'viem';
import { describe, expect, it } from 'vitest';
import { appComposeHash, deviceIdOf } from '../../simulator/appComposeHash.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { deployDstackApp, registerByOwnerKey } from '../../stack/localChain/dstackApp.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

/** How often each compose hash was registered with an app contract. */
async function registrations({ appId }: SimulatedCvm): Promise<readonly (string | undefined)[]> {
  const client = createPublicClient({ transport: http(rig.cloud.anvil.rpcUrl) });
  const event = parseAbiItem('event ComposeHashAdded(bytes32 composeHash)');
  const logs = await client.getLogs({ address: appId, event, fromBlock: 'earliest' });
  return logs.map(({ args }) => args.composeHash);
}

/** A CVM whose contract is owned by a key that the worker does not hold. */
async function addForeignCvm() {
  const owner = rig.cloud.anvil.accounts[7];
  if (!owner) throw new Error('the chain has no eighth account');
  const { rpcUrl, chainId } = rig.cloud.anvil;
  const definition = { name: `foreign-${Date.now()}`, dockerComposeFile: 'services: {}\n' };
  const appContract = await deployDstackApp({
    rpcUrl,
    owner: owner.address,
    composeHash: appComposeHash(definition),
    deviceId: deviceIdOf({}),
  });
  const cvm = rig.cloud.simulator.addCvm({ ...definition, kms: { kind: 'onchain', chainId, appContract } });
  return { cvm, owner };
}

describe('an update whose contract is owned by a key', () => {
  it('is registered by the engine where it holds the key, with one transaction', async () => {
    const cvm = await rig.addCvm('ownerKey');
    const before = await registrations(cvm);
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const { phase, composeHash, transactionHash } = await change.result();
    expect(phase).toBe('completed');
    expect(await registrations(cvm)).toEqual([...before, composeHash]);
    expect(cvm.commits).toMatchObject([{ composeHash, transactionHash, via: 'token' }]);
    expect((await change.status()).proposal?.registrar).toBe('ownerKey');
  });

  it('gives each of three changes at once its own transaction, and loses none to a nonce', async () => {
    const cvms = await Promise.all(Array.from({ length: 3 }, () => rig.addCvm('ownerKey')));
    const changes = await Promise.all(cvms.map((cvm) => rig.countersign.updateCvm(rig.request(cvm))));
    const results = await Promise.all(changes.map((change) => change.result()));
    expect(results.map(({ phase }) => phase)).toEqual(cvms.map(() => 'completed'));
    for (const [index, cvm] of cvms.entries()) {
      const composeHash = results[index]?.composeHash;
      expect((await registrations(cvm)).filter((hash) => hash === composeHash)).toHaveLength(1);
      expect(cvm.commits).toHaveLength(1);
    }
  });

  it('waits for its owner where the engine does not hold the key, and finds what he does', async () => {
    const { cvm, owner } = await addForeignCvm();
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const { proposal, awaiting, composeHash } = await rig.until(change, 'awaitingRegistration');
    expect(proposal).toMatchObject({ registrar: 'external', owner: owner.address.toLowerCase(), safe: null });
    expect(awaiting).toContain(`${owner.address.toLowerCase()} calls addComposeHash(${composeHash})`);
    const transactionHash = await registerByOwnerKey({
      rpcUrl: rig.cloud.anvil.rpcUrl,
      app: cvm.appId,
      composeHash: composeHash ?? '0x',
      ownerKey: owner.privateKey,
    });
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
  });

  it('is blocked, not failed, where it is told to use a key that is not the owner', async () => {
    const { cvm, owner } = await addForeignCvm();
    const change = await rig.countersign.updateCvm(rig.request(cvm, { registrar: 'ownerKey' }));
    const { blocked } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'OwnerKeyMissing', phase: 'preparing', effect: 'none' });
    expect(blocked?.message).toContain(owner.address.toLowerCase());
    await change.send('cancel', { by: 'test' });
    expect(await change.result()).toMatchObject({ phase: 'cancelled' });
    expect(cvm.commits).toHaveLength(0);
  });

  it('leaves the sending to somebody else where it is asked to', async () => {
    const cvm = await rig.addCvm('ownerKey');
    const change = await rig.countersign.updateCvm(rig.request(cvm, { registrar: 'external' }));
    const { proposal } = await rig.until(change, 'awaitingRegistration');
    expect(proposal?.registrar).toBe('external');
    expect(await registrations(cvm)).toEqual([cvm.composeHash]);
    await change.send('cancel', { by: 'test' });
    await change.result();
  });
});
