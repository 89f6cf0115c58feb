import { createPublicClient, http } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dstackAppAbi } from './localChain/dstackAppAbi.js';
import { dstackKmsAbi } from './localChain/dstackKmsAbi.js';
import { multicall3Address } from './localChain/multicall3.js';
import { type Governance, type LocalCloud, startLocalCloud } from './localCloud.js';

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startLocalCloud();
});
afterAll(() => cloud.close());

const reader = () => createPublicClient({ transport: http(cloud.anvil.rpcUrl), cacheTime: 0 });
const app = (address: `0x${string}`) => ({ address, abi: dstackAppAbi });

async function nodes() {
  const [first, second] = cloud.simulator.nodes;
  if (!first || !second) throw new Error('The simulated cloud has fewer than two nodes.');
  return { first, second };
}

async function isDeviceAllowed(address: `0x${string}`, deviceId: `0x${string}`): Promise<boolean> {
  return reader().readContract({ ...app(address), functionName: 'allowedDeviceIds', args: [deviceId] });
}

test('each governance gives an app that its owner owns, that the KMS contract knows, and that boots', async () => {
  const owners: readonly (readonly [Governance, string])[] = [
    ['safe', cloud.safe.address],
    ['ownerKey', cloud.ownerKey.address],
    ['external', cloud.contractOwner.address],
  ];
  for (const [governance, owner] of owners) {
    const { appId, composeHash, deviceId } = await cloud.addCvm(governance, `${governance}-app`);
    expect(await reader().readContract({ ...app(appId), functionName: 'owner' })).toBe(owner);
    const measured = { mrAggregated: composeHash, mrSystem: composeHash, osImageHash: composeHash };
    const boot = { appId, instanceId: appId, composeHash, deviceId, tcbStatus: 'UpToDate', advisoryIds: [] };
    const allowed = await reader().readContract({
      address: cloud.kmsContract,
      abi: dstackKmsAbi,
      functionName: 'isAppAllowed',
      args: [{ ...measured, ...boot }],
    });
    expect(allowed).toEqual([true, '']);
  }
});

test('what owns the apps governed by something else is a contract', async () => {
  expect(await reader().getCode({ address: cloud.contractOwner.address })).toMatch(/^0x60/);
});

test('a CVM without governance has no contract, and the provider’s own KMS', async () => {
  const cvm = await cloud.addCvm('none', 'plain-app');
  expect(await reader().getCode({ address: cvm.appId })).toBeUndefined();
  expect(cvm.kmsSlug).not.toBe((await cloud.addCvm('safe', 'other-app')).kmsSlug);
});

test('a CVM on another node has the device of that node, and its app allows it and no other', async () => {
  const { first, second } = await nodes();
  const cvm = await cloud.addCvm('safe', 'second-node', { nodeId: second.id });
  expect([cvm.nodeId, cvm.deviceId]).toEqual([second.id, second.deviceId]);
  expect(await isDeviceAllowed(cvm.appId, second.deviceId)).toBe(true);
  expect(await isDeviceAllowed(cvm.appId, first.deviceId)).toBe(false);
});

test('an app may allow further devices, or any', async () => {
  const { first, second } = await nodes();
  const several = await cloud.addCvm('safe', 'several-devices', { deviceIds: [second.deviceId] });
  expect(await isDeviceAllowed(several.appId, first.deviceId)).toBe(true);
  expect(await isDeviceAllowed(several.appId, second.deviceId)).toBe(true);
  expect(await reader().readContract({ ...app(several.appId), functionName: 'owner' })).toBe(cloud.safe.address);
  const any = await cloud.addCvm('ownerKey', 'any-device', { allowAnyDevice: true });
  expect(await reader().readContract({ ...app(any.appId), functionName: 'allowAnyDevice' })).toBe(true);
});

test('the chain has Multicall3 where clients look for it', async () => {
  expect(await reader().getCode({ address: multicall3Address })).toMatch(/^0x60/);
});
