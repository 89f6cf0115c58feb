import { createPublicClient, http, parseAbi } from 'viem';
import { describe, expect, it } from 'vitest';
import type { AllowListRequestInput } from '../../model/allowListRequest.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import { appCall } from '../rig/appCall.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

const device = (digit: string): `0x${string}` => `0x${digit.repeat(64)}`;

const request = (
  { appId }: SimulatedCvm,
  steps: AllowListRequestInput['steps'],
  more: Partial<AllowListRequestInput> = {},
): AllowListRequestInput => ({ appId, steps, requestedBy: 'test', ...more, policy: { finality: 'latest' } });

const lists = parseAbi([
  'function allowedDeviceIds(bytes32) view returns (bool)',
  'function allowedComposeHashes(bytes32) view returns (bool)',
  'function allowAnyDevice() view returns (bool)',
]);

const app = ({ appId }: SimulatedCvm) => ({
  address: appId,
  abi: lists,
  client: createPublicClient({ transport: http(rig.cloud.anvil.rpcUrl) }),
});

const allowsDevice = (cvm: SimulatedCvm, id: `0x${string}`) =>
  app(cvm).client.readContract({ ...app(cvm), functionName: 'allowedDeviceIds', args: [id] });
const allowsHash = (cvm: SimulatedCvm, hash: `0x${string}`) =>
  app(cvm).client.readContract({ ...app(cvm), functionName: 'allowedComposeHashes', args: [hash] });
const allowsAny = (cvm: SimulatedCvm) => app(cvm).client.readContract({ ...app(cvm), functionName: 'allowAnyDevice' });

describe('a change of the allow-lists of an app that a Safe owns', () => {
  it('adds and removes devices in one batch, verified on chain, with nothing to commit', async () => {
    const cvm = await rig.addCvm('safe', { deviceIds: [device('a')] });
    const change = await rig.countersign.changeAllowlist(
      request(cvm, [
        { action: 'addDevice', device: { deviceId: device('b') } },
        { action: 'removeDevice', device: { deviceId: device('a') } },
      ]),
    );
    const waiting = await rig.until(change, 'awaitingRegistration');
    expect(waiting).toMatchObject({ kind: 'allowlist', appId: cvm.appId, cvmId: null });
    expect(waiting.proposal?.calls.map(({ method }) => method)).toEqual(['addDevice', 'removeDevice']);
    const transactionHash = await rig.register(change, waiting);
    expect(await change.result()).toMatchObject({ kind: 'allowlist', phase: 'completed', transactionHash });
    expect([await allowsDevice(cvm, device('b')), await allowsDevice(cvm, device('a'))]).toEqual([true, false]);
    expect(rig.cloud.simulator.ledger.commitsOf(cvm.vmUuid)).toHaveLength(0);
  });

  it('removes a compose hash', async () => {
    const cvm = await rig.addCvm('safe');
    const old = device('c');
    await rig.callThroughSafe(appCall(cvm.appId, 'addComposeHash', old));
    const change = await rig.countersign.changeAllowlist(
      request(cvm, [{ action: 'removeComposeHash', composeHash: old }]),
    );
    await rig.carryOut(change);
    expect([await allowsHash(cvm, old), await allowsHash(cvm, cvm.composeHash)]).toEqual([false, true]);
  });

  it('allows any device, and stops doing so', async () => {
    const cvm = await rig.addCvm('safe');
    for (const allowed of [true, false]) {
      const change = await rig.countersign.changeAllowlist(request(cvm, [{ action: 'setAllowAnyDevice', allowed }]));
      expect(await rig.carryOut(change)).toMatchObject({ phase: 'completed' });
      expect(await allowsAny(cvm)).toBe(allowed);
    }
  });

  it('takes a node by its name for the device that it is', async () => {
    const cvm = await rig.addCvm('safe');
    const node = rig.cloud.simulator.nodes.find(({ id }) => id !== 1);
    const change = await rig.countersign.changeAllowlist(
      request(cvm, [{ action: 'addDevice', device: { node: node?.name ?? '' } }]),
    );
    await rig.carryOut(change);
    expect(await allowsDevice(cvm, node?.deviceId ?? '0x')).toBe(true);
  });

  it('asks nobody where the lists stand so already', async () => {
    const cvm = await rig.addCvm('safe', { deviceIds: [device('a')] });
    const change = await rig.countersign.changeAllowlist(
      request(cvm, [{ action: 'addDevice', device: { deviceId: device('a') } }]),
    );
    const result = await change.result();
    expect(result).toMatchObject({ phase: 'completed', summary: expect.stringContaining('Nothing to do') });
  });

  it('does not take a device for listed because any device is allowed', async () => {
    const cvm = await rig.addCvm('safe', { allowAnyDevice: true });
    const change = await rig.countersign.changeAllowlist(
      request(cvm, [{ action: 'addDevice', device: { deviceId: device('d') } }]),
    );
    expect((await rig.until(change, 'awaitingRegistration')).proposal?.calls).toHaveLength(1);
    await change.send('cancel', { by: 'test' });
  });

  it('refuses a transaction that changes another entry, and goes on waiting', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.changeAllowlist(
      request(cvm, [{ action: 'addDevice', device: { deviceId: device('e') } }]),
    );
    const waiting = await rig.until(change, 'awaitingRegistration');
    const { transactionHash } = await rig.callThroughSafe(appCall(cvm.appId, 'addDevice', device('f')));
    await expect(change.send('registered', { by: 'mallory', transactionHash })).rejects.toMatchObject({
      type: 'TransactionOfAnotherEntry',
    });
    await rig.register(change, waiting);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
  });

  it('is not paused: there is no commit to hold back', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.changeAllowlist(
      request(cvm, [{ action: 'setAllowAnyDevice', allowed: true }]),
    );
    await rig.until(change, 'awaitingRegistration');
    await expect(change.send('pause', { by: 'test' })).rejects.toMatchObject({ type: 'MessageOutOfPlace' });
    expect(await change.send('cancel', { by: 'test' })).toMatchObject({
      summary: expect.stringContaining('cancelled'),
    });
  });
});

describe('a change of the allow-lists of an app that the engine’s key owns', () => {
  it('is signed and sent by the engine', async () => {
    const cvm = await rig.addCvm('ownerKey');
    const change = await rig.countersign.changeAllowlist(
      request(cvm, [
        { action: 'addDevice', device: { deviceId: device('b') } },
        { action: 'setAllowAnyDevice', allowed: true },
      ]),
    );
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect([await allowsDevice(cvm, device('b')), await allowsAny(cvm)]).toEqual([true, true]);
  });
});

describe('a change of allow-lists that cannot be', () => {
  it('because no chain governs the app is refused', async () => {
    const cvm = await rig.addCvm('none');
    const change = await rig.countersign.changeAllowlist(
      request(cvm, [{ action: 'setAllowAnyDevice', allowed: true }]),
    );
    await expect(change.result()).rejects.toMatchObject({ type: 'RequestRefused' });
  });
});
