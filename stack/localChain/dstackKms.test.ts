import { type Address, encodeFunctionData, keccak256, parseEventLogs, stringToHex, zeroAddress } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnvilAccount } from './anvilAccounts.js';
import { deployAppForDevices } from './appForDevices.js';
import { type DeployedSafe, deploySafe } from './deploySafe.js';
import { deployDstackApp } from './dstackApp.js';
import { dstackAppAbi } from './dstackAppAbi.js';
import { deployAndRegisterApp, deployDstackKms, registerApp } from './dstackKms.js';
import { dstackKmsAbi } from './dstackKmsAbi.js';
import { connectLocalChain, type LocalChain } from './localChain.js';
import { type Anvil, startAnvil } from './startAnvil.js';

const deviceId = keccak256(stringToHex('device'));
const composeHash = keccak256(stringToHex('compose'));
const other = keccak256(stringToHex('other'));
let anvil: Anvil;
let chain: LocalChain;
let kmsContract: Address;
let safe: DeployedSafe;
let owners: readonly AnvilAccount[];
let deployer: AnvilAccount;

beforeAll(async () => {
  anvil = await startAnvil();
  chain = await connectLocalChain(anvil.rpcUrl);
  owners = anvil.accounts.slice(0, 3);
  const [account] = anvil.accounts.slice(4, 5);
  if (account === undefined) throw new Error('no account');
  deployer = account;
  kmsContract = await deployDstackKms({ rpcUrl: anvil.rpcUrl });
  safe = await deploySafe({ rpcUrl: anvil.rpcUrl, owners: owners.map(({ address }) => address), threshold: 2 });
});

afterAll(() => anvil.stop(0));

const kms = () => ({ address: kmsContract, abi: dstackKmsAbi });
const newApp = () => ({ rpcUrl: anvil.rpcUrl, kmsContract, owner: safe.address, deviceId, composeHash });
const isRegistered = (app: Address) =>
  chain.reader.readContract({ ...kms(), functionName: 'registeredApps', args: [app] });

function ask(app: Address, boot: { composeHash?: typeof composeHash; deviceId?: typeof deviceId; tcbStatus?: string }) {
  const measured = { instanceId: app, mrAggregated: other, mrSystem: other, osImageHash: other, advisoryIds: [] };
  const defaults = { appId: app, composeHash, deviceId, tcbStatus: 'UpToDate' };
  return chain.reader.readContract({
    ...kms(),
    functionName: 'isAppAllowed',
    args: [{ ...measured, ...defaults, ...boot }],
  });
}

test('an app of the factory is registered, has the owner and the lists that were asked for, and boots', async () => {
  const app = await deployAndRegisterApp(newApp());
  expect(await isRegistered(app)).toBe(true);
  const owner = await chain.reader.readContract({ address: app, abi: dstackAppAbi, functionName: 'owner' });
  expect(owner).toBe(safe.address);
  expect(await ask(app, {})).toEqual([true, '']);
  expect(await ask(app, { composeHash: other })).toEqual([false, 'Compose hash not allowed']);
  expect(await ask(app, { deviceId: other })).toEqual([false, 'Device not allowed']);
});

test('a key or a Safe deploys, and the event names it', async () => {
  const signers = owners.slice(1).map(({ privateKey }) => privateKey);
  const byKey = await deployAndRegisterApp({ ...newApp(), deployer: { privateKey: deployer.privateKey } });
  const bySafe = await deployAndRegisterApp({ ...newApp(), deployer: { safe: safe.address, signers } });
  const events = await chain.reader.getContractEvents({
    ...kms(),
    eventName: 'AppDeployedViaFactory',
    args: { appId: [byKey, bySafe] },
    fromBlock: 0n,
  });
  expect(events.map(({ args }) => args)).toEqual([
    { appId: byKey, deployer: deployer.address },
    { appId: bySafe, deployer: safe.address },
  ]);
});

test('the form with five arguments, which Phala’s SDK calls, deploys the same without the TCB flag', async () => {
  const args = [safe.address, true, false, deviceId, composeHash] as const;
  const account = deployer.address;
  const hash = await chain.writer.writeContract({ ...kms(), account, functionName: 'deployAndRegisterApp', args });
  const { logs } = await chain.reader.waitForTransactionReceipt({ hash });
  const app = parseEventLogs({ abi: dstackKmsAbi, eventName: 'AppDeployedViaFactory', logs })[0]?.args.appId;
  expect(await ask(app ?? zeroAddress, { tcbStatus: 'OutOfDate' })).toEqual([true, '']);
  const events = parseEventLogs({ abi: [...dstackKmsAbi, ...dstackAppAbi], logs }).map(({ eventName }) => eventName);
  expect(events).toEqual([
    'OwnershipTransferred',
    'DeviceAdded',
    'ComposeHashAdded',
    'AppRegistered',
    'AppDeployedViaFactory',
  ]);
});

test('an app that requires it boots on up-to-date hardware only', async () => {
  const app = await deployAndRegisterApp({ ...newApp(), requireTcbUpToDate: true });
  expect(await ask(app, { tcbStatus: 'OutOfDate' })).toEqual([false, 'TCB status is not up to date']);
  expect(await ask(app, {})).toEqual([true, '']);
});

test('an app deployed by itself boots once it is registered', async () => {
  const app = await deployDstackApp({ rpcUrl: anvil.rpcUrl, owner: safe.address, deviceId, composeHash });
  expect(await ask(app, {})).toEqual([false, 'App not registered']);
  await registerApp({ rpcUrl: anvil.rpcUrl, kmsContract, app });
  expect(await isRegistered(app)).toBe(true);
  expect(await ask(app, {})).toEqual([true, '']);
});

test('a registered address without a contract does not boot', async () => {
  await registerApp({ rpcUrl: anvil.rpcUrl, kmsContract, app: deployer.address });
  expect(await ask(deployer.address, {})).toEqual([false, 'App not deployed or invalid address']);
});

test('no owner and no app id are refused with the original’s reasons', async () => {
  const nobody = { ...newApp(), owner: zeroAddress };
  await expect(deployAndRegisterApp(nobody)).rejects.toThrow('Invalid owner address');
  const nothing = { rpcUrl: anvil.rpcUrl, kmsContract, app: zeroAddress };
  await expect(registerApp(nothing)).rejects.toThrow('Invalid app ID');
});

test('the implementation that the factory names is a DstackApp', async () => {
  const address = await chain.reader.readContract({ ...kms(), functionName: 'appImplementation' });
  expect(await chain.reader.readContract({ address, abi: dstackAppAbi, functionName: 'version' })).toBe(2n);
});

test('an app for several devices allows them all, and belongs to its owner at once', async () => {
  const app = await deployAppForDevices({ ...newApp(), deviceIds: [deviceId, other] });
  expect(await ask(app, {})).toEqual([true, '']);
  expect(await ask(app, { deviceId: other })).toEqual([true, '']);
  const contract = { address: app, abi: dstackAppAbi };
  expect(await chain.reader.readContract({ ...contract, functionName: 'owner' })).toBe(safe.address);
  const data = encodeFunctionData({ abi: dstackAppAbi, functionName: 'addDevice', args: [other] });
  await expect(chain.reader.call({ account: chain.payer, to: app, data })).rejects.toThrow('execution reverted');
});
