import {
  addDevice,
  checkAppCvmsIsAllowed,
  checkAppIsAllowed,
  checkComposeHashAllowed,
  checkCvmIsAllowed,
  checkDeviceAllowed,
  checkOnChainPrerequisites,
  getAllowedDevices,
  getAppDeviceAllowlist,
  SUPPORTED_CHAINS,
} from '@phala/cloud';
import { keccak256, stringToHex } from 'viem';
import { expect, test } from 'vitest';
import { chains, useOfficialTools } from './officialTools.js';

const tools = useOfficialTools();
const chain = SUPPORTED_CHAINS[chains.base];
if (!chain) throw new Error('The SDK does not know Base any more.');

const unknown = keccak256(stringToHex('nobody registered this'));

function nodeDevices() {
  const [first, second] = tools.cloud.simulator.nodes;
  if (!first || !second) throw new Error('The simulated cloud has fewer than two nodes.');
  return { first: first.deviceId, second: second.deviceId };
}

test('what the SDK reads from the contract is what was registered there', async () => {
  const { first, second } = nodeDevices();
  const cvm = await tools.cloud.addCvm('safe', 'read-on-chain', { deviceIds: [second] });
  const app = { chain, rpcUrl: tools.cloud.anvil.rpcUrl, appAddress: cvm.appId };
  expect(await checkComposeHashAllowed({ ...app, composeHash: cvm.composeHash })).toBe(true);
  expect(await checkComposeHashAllowed({ ...app, composeHash: unknown })).toBe(false);
  expect(await checkDeviceAllowed({ ...app, deviceId: second })).toBe(true);
  expect(await checkDeviceAllowed({ ...app, deviceId: unknown })).toBe(false);
  expect(await getAllowedDevices({ ...app, deviceIds: [first, second, unknown] })).toEqual({
    ...{ appAddress: cvm.appId, owner: tools.cloud.safe.address, allowAnyDevice: false, devices: [first, second] },
  });
});

test('checkOnChainPrerequisites reads hash, device and the flag in one call of Multicall3', async () => {
  const { first } = nodeDevices();
  const cvm = await tools.cloud.addCvm('safe', 'prerequisites');
  const app = { chain, rpcUrl: tools.cloud.anvil.rpcUrl, appAddress: cvm.appId };
  const { composeHash } = cvm;
  expect(await checkOnChainPrerequisites({ ...app, composeHash, deviceId: first })).toEqual({
    ...{ allowAnyDevice: false, deviceAllowed: true, composeHashAllowed: true },
  });
  expect(await checkOnChainPrerequisites({ ...app, composeHash: unknown, deviceId: unknown })).toEqual({
    ...{ allowAnyDevice: false, deviceAllowed: false, composeHashAllowed: false },
  });
  const any = await tools.cloud.addCvm('safe', 'prerequisites-any', { allowAnyDevice: true });
  const request = { ...app, appAddress: any.appId, composeHash: any.composeHash, deviceId: unknown };
  expect(await checkOnChainPrerequisites(request)).toEqual({
    ...{ allowAnyDevice: true, deviceAllowed: true, composeHashAllowed: true },
  });
});

test('fault of the SDK: a contract that is not there is "not allowed" to it, not an error', async () => {
  const app = { chain, rpcUrl: tools.cloud.anvil.rpcUrl, appAddress: tools.cloud.ownerKey.address };
  expect(await checkOnChainPrerequisites({ ...app, composeHash: unknown, deviceId: unknown })).toEqual({
    ...{ allowAnyDevice: false, deviceAllowed: false, composeHashAllowed: false },
  });
});

test('fault of the SDK: on anvil’s own chain id nothing that reads several things at once works, Multicall3 or not', async () => {
  const anvil = SUPPORTED_CHAINS[chains.anvil];
  const cvm = await tools.cloud.addCvm('safe', 'anvil-id');
  if (!anvil) throw new Error('The SDK does not know anvil any more.');
  const app = { chain: anvil, rpcUrl: tools.cloud.anvil.rpcUrl, appAddress: cvm.appId };
  const attempt = checkOnChainPrerequisites({ ...app, composeHash: cvm.composeHash, deviceId: cvm.deviceId });
  await expect(attempt).rejects.toThrow('does not support contract "multicall3"');
});

test('the API tells of a CVM, an app and all CVMs of an app whether they may run', async () => {
  const { first, second } = nodeDevices();
  const cvm = await tools.cloud.addCvm('safe', 'asked-of-the-api');
  const { appId, composeHash, number } = cvm;
  const said = { app_contract_address: appId, compose_hash: composeHash, device_id: first };
  const allowed = { compose_hash_allowed: true, allow_any_device: false, device_id_allowed: true, is_allowed: true };
  expect(await checkCvmIsAllowed(tools.client, { cvmId: cvm.vmUuid })).toMatchObject({ ...said, ...allowed });
  expect(await checkAppCvmsIsAllowed(tools.client, { appId })).toMatchObject({
    ...{ is_onchain: true, total: 1, allowed_count: 1, denied_count: 0 },
    results: [{ cvm_id: number, ...said, ...allowed }],
  });
  const elsewhere = { appId, compose_hash: unknown, node_id: 2 };
  expect(await checkAppIsAllowed(tools.client, elsewhere)).toMatchObject({
    ...{ device_id: second, compose_hash_allowed: false, device_id_allowed: false, is_allowed: false },
  });
});

test('the allow-list of an app’s devices is shown by SDK and CLI alike, and follows the contract', async () => {
  const { first, second } = nodeDevices();
  const cvm = await tools.cloud.addCvm('safe', 'devices-shown', { nodeId: 2 });
  const shown = await getAppDeviceAllowlist(tools.client, { appId: cvm.appId });
  expect(shown).toEqual({
    ...{ is_onchain_kms: true, allow_any_device: false, chain_id: chain.id, app_contract_address: cvm.appId },
    devices: [
      expect.objectContaining({ device_id: second, cvm_ids: [cvm.number], allowed_onchain: true, status: 'allowed' }),
    ],
  });
  expect(await tools.phalaJson(['cvms', 'device-allowlist', cvm.vmUuid])).toEqual({ success: true, ...shown });

  const list = ['allow-devices', 'list', cvm.vmUuid, '--rpc-url', tools.cloud.anvil.rpcUrl];
  const contract = { appAddress: cvm.appId, owner: tools.cloud.safe.address, allowAnyDevice: false };
  const of = (...devices: string[]) => ({
    ...{ success: true, chain: chain.name, ...contract },
    devices: devices.map((deviceId) => expect.objectContaining({ deviceId })),
  });
  expect(await tools.phalaJson(list)).toEqual(of(second));
  await tools.allowDeviceBySafe(cvm.appId, first);
  expect(await tools.phalaJson(list)).toEqual(of(first, second));
});

test('the CLI and the SDK change the list of an app that a key owns', async () => {
  const { first, second } = nodeDevices();
  const cvm = await tools.cloud.addCvm('ownerKey', 'devices-changed');
  const { rpcUrl } = tools.cloud.anvil;
  const { privateKey } = tools.cloud.ownerKey;
  const call = [...tools.asOwnerKey, '--wait'];
  await tools.phalaJson(['allow-devices', 'add', cvm.vmUuid, second, ...call]);
  const app = { chain, rpcUrl, appAddress: cvm.appId };
  const read = async () => (await getAllowedDevices({ ...app, deviceIds: [first, second, unknown] })).devices;
  expect(await read()).toEqual([first, second]);
  await addDevice({ ...app, deviceId: unknown, privateKey });
  expect(await read()).toEqual([first, second, unknown]);
  await tools.phalaJson(['allow-devices', 'remove', cvm.vmUuid, second, ...call]);
  expect(await read()).toEqual([first, unknown]);
  const { code, stderr } = await tools.phala(['allow-devices', 'allow-any', cvm.vmUuid, '--enable', ...call]);
  expect([code, stderr]).toEqual([0, expect.stringContaining('submitted: 0x')]);
  expect(await checkDeviceAllowed({ ...app, deviceId: second })).toBe(true);
});

test('fault of the CLI: allow-any with --json does it, and then fails to print it as JSON', async () => {
  const cvm = await tools.cloud.addCvm('ownerKey', 'any-as-json');
  const { rpcUrl } = tools.cloud.anvil;
  const call = [...tools.asOwnerKey, '--json'];
  const { code, stdout } = await tools.phala(['allow-devices', 'allow-any', cvm.vmUuid, '--enable', ...call]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({ success: false, error: 'Failed: Do not know how to serialize a BigInt' });
  expect(await checkDeviceAllowed({ chain, rpcUrl, appAddress: cvm.appId, deviceId: unknown })).toBe(true);
});

test('of an app without a contract the CLI says that it has no list', async () => {
  const cvm = await tools.cloud.addCvm('none', 'devices-none');
  const { code, stdout, stderr } = await tools.phala(['cvms', 'device-allowlist', cvm.vmUuid]);
  expect(code).toBe(0);
  expect(stdout + stderr).toContain('This app does not use on-chain KMS.');
});
