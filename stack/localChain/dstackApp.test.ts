import { type Address, keccak256, parseEventLogs, stringToHex } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnvilAccount } from './anvilAccounts.js';
import { deployDstackApp, registerByOwnerKey } from './dstackApp.js';
import { dstackAppAbi } from './dstackAppAbi.js';
import { connectLocalChain, type LocalChain, untilMined } from './localChain.js';
import { type Anvil, startAnvil } from './startAnvil.js';

const deviceId = keccak256(stringToHex('device'));
const composeHash = keccak256(stringToHex('compose'));
const other = keccak256(stringToHex('other'));
let anvil: Anvil;
let chain: LocalChain;
let owner: AnvilAccount;
let stranger: AnvilAccount;

beforeAll(async () => {
  anvil = await startAnvil();
  chain = await connectLocalChain(anvil.rpcUrl);
  const [first, second] = anvil.accounts;
  if (first === undefined || second === undefined) throw new Error('no accounts');
  owner = first;
  stranger = second;
});

afterAll(() => anvil.stop(0));

const contractAt = (address: Address) => ({ address, abi: dstackAppAbi, account: owner.address });
const deploy = () => deployDstackApp({ rpcUrl: anvil.rpcUrl, owner: owner.address, deviceId, composeHash });

test('a new app has what it was deployed with, and nothing else', async () => {
  const contract = contractAt(await deploy());
  expect(await chain.reader.readContract({ ...contract, functionName: 'owner' })).toBe(owner.address);
  expect(await chain.reader.readContract({ ...contract, functionName: 'version' })).toBe(2n);
  expect(await chain.reader.readContract({ ...contract, functionName: 'allowAnyDevice' })).toBe(false);
  for (const [functionName, allowed] of [
    ['allowedComposeHashes', composeHash],
    ['allowedDeviceIds', deviceId],
  ] as const) {
    expect(await chain.reader.readContract({ ...contract, functionName, args: [allowed] })).toBe(true);
    expect(await chain.reader.readContract({ ...contract, functionName, args: [other] })).toBe(false);
  }
});

test('adding a compose hash twice succeeds and emits again', async () => {
  const app = await deploy();
  for (const _ of [1, 2]) {
    const hash = await registerByOwnerKey({
      rpcUrl: anvil.rpcUrl,
      app,
      composeHash: other,
      ownerKey: owner.privateKey,
    });
    const { logs, status } = await chain.reader.getTransactionReceipt({ hash });
    expect(status).toBe('success');
    const events = parseEventLogs({ abi: dstackAppAbi, logs });
    expect(events).toMatchObject([
      { address: app.toLowerCase(), eventName: 'ComposeHashAdded', args: { composeHash: other } },
    ]);
  }
});

test('a registration may allow the device with it', async () => {
  const app = await deploy();
  await registerByOwnerKey({
    rpcUrl: anvil.rpcUrl,
    app,
    composeHash: other,
    deviceId: other,
    ownerKey: owner.privateKey,
  });
  const contract = contractAt(app);
  expect(await chain.reader.readContract({ ...contract, functionName: 'allowedDeviceIds', args: [other] })).toBe(true);
});

test('nobody but the owner changes anything', async () => {
  const app = await deploy();
  const registration = { rpcUrl: anvil.rpcUrl, app, composeHash: other, ownerKey: stranger.privateKey };
  await expect(registerByOwnerKey(registration)).rejects.toThrow('OwnableUnauthorizedAccount');
  const contract = { ...contractAt(app), account: stranger.address };
  const attempts = [
    chain.reader.simulateContract({ ...contract, functionName: 'removeComposeHash', args: [composeHash] }),
    chain.reader.simulateContract({ ...contract, functionName: 'addDevice', args: [other] }),
    chain.reader.simulateContract({ ...contract, functionName: 'removeDevice', args: [deviceId] }),
    chain.reader.simulateContract({ ...contract, functionName: 'setAllowAnyDevice', args: [true] }),
    chain.reader.simulateContract({ ...contract, functionName: 'transferOwnership', args: [stranger.address] }),
  ];
  await Promise.all(attempts.map((attempt) => expect(attempt).rejects.toThrow('OwnableUnauthorizedAccount')));
});

test('what was allowed can be taken back, and ownership passes at once', async () => {
  const contract = contractAt(await deploy());
  const emitted = [];
  for (const sending of [
    () => chain.writer.writeContract({ ...contract, functionName: 'removeComposeHash', args: [composeHash] }),
    () => chain.writer.writeContract({ ...contract, functionName: 'removeDevice', args: [deviceId] }),
    () => chain.writer.writeContract({ ...contract, functionName: 'setAllowAnyDevice', args: [true] }),
    () => chain.writer.writeContract({ ...contract, functionName: 'transferOwnership', args: [stranger.address] }),
  ]) {
    const { logs } = await untilMined(chain, await sending(), 'The change');
    emitted.push(...parseEventLogs({ abi: dstackAppAbi, logs }).map(({ eventName, args }) => ({ eventName, args })));
  }
  expect(emitted).toEqual([
    { eventName: 'ComposeHashRemoved', args: { composeHash } },
    { eventName: 'DeviceRemoved', args: { deviceId } },
    { eventName: 'AllowAnyDeviceSet', args: { allowAny: true } },
    { eventName: 'OwnershipTransferred', args: { previousOwner: owner.address, newOwner: stranger.address } },
  ]);
  expect(await chain.reader.readContract({ ...contract, functionName: 'owner' })).toBe(stranger.address);
  expect(
    await chain.reader.readContract({ ...contract, functionName: 'allowedComposeHashes', args: [composeHash] }),
  ).toBe(false);
});

test('an app boots with an allowed hash on an allowed device, and is told why not', async () => {
  const contract = contractAt(await deploy());
  const boot = (hash: `0x${string}`, device: `0x${string}`) => ({
    appId: contract.address,
    instanceId: contract.address,
    composeHash: hash,
    deviceId: device,
    mrAggregated: other,
    mrSystem: other,
    osImageHash: other,
    tcbStatus: 'UpToDate',
    advisoryIds: [],
  });
  const ask = (hash: `0x${string}`, device: `0x${string}`) =>
    chain.reader.readContract({ ...contract, functionName: 'isAppAllowed', args: [boot(hash, device)] });
  expect(await ask(composeHash, deviceId)).toEqual([true, '']);
  expect(await ask(other, deviceId)).toEqual([false, 'Compose hash not allowed']);
  expect(await ask(composeHash, other)).toEqual([false, 'Device not allowed']);
});
