import { type Address, encodeFunctionData, type Hash, keccak256, stringToHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AnvilAccount } from './anvilAccounts.js';
import { deployDstackApp, registerByOwnerKey } from './dstackApp.js';
import { dstackAppAbi } from './dstackAppAbi.js';
import { dropTransaction, mine, reorg, rollback, setAutomine, setBalance, setCode } from './faults.js';
import { connectLocalChain, type LocalChain } from './localChain.js';
import { type Anvil, startAnvil } from './startAnvil.js';

const composeHash = keccak256(stringToHex('compose'));
const data = encodeFunctionData({ abi: dstackAppAbi, functionName: 'addComposeHash', args: [composeHash] });
let anvil: Anvil;
let chain: LocalChain;
let owner: AnvilAccount;
let app: Address;

beforeAll(async () => {
  anvil = await startAnvil();
  chain = await connectLocalChain(anvil.rpcUrl);
  const [account] = anvil.accounts;
  if (account === undefined) throw new Error('no account');
  owner = account;
});
afterAll(() => anvil.stop(0));
beforeEach(async () => {
  await setAutomine(anvil.rpcUrl, true);
  app = await deployDstackApp({ rpcUrl: anvil.rpcUrl, owner: owner.address });
});

const isAllowed = () =>
  chain.reader.readContract({
    address: app,
    abi: dstackAppAbi,
    functionName: 'allowedComposeHashes',
    args: [composeHash],
  });
const register = () => chain.writer.sendTransaction({ account: privateKeyToAccount(owner.privateKey), to: app, data });
/** The node tells of a transaction before it has made its block. */
async function registered(): Promise<Hash> {
  const hash = await register();
  await chain.reader.waitForTransactionReceipt({ hash });
  return hash;
}
const isMined = (hash: Hash) =>
  chain.reader.getTransactionReceipt({ hash }).then(
    () => true,
    () => false,
  );

test('a reorg takes a transaction away, its state with it, and keeps the height', async () => {
  const hash = await registered();
  await mine(anvil.rpcUrl, 2);
  const height = await chain.reader.getBlockNumber();
  expect(await isAllowed()).toBe(true);
  await reorg(anvil.rpcUrl, 3);
  expect(await isMined(hash)).toBe(false);
  expect(await isAllowed()).toBe(false);
  expect(await chain.reader.getBlockNumber()).toBe(height);
});

test('a reorg can put the same transaction, or another, into a later block', async () => {
  const hash = await registered();
  await mine(anvil.rpcUrl, 2);
  const before = await chain.reader.getTransactionReceipt({ hash });
  const raw = await rawTransaction(hash);
  await reorg(anvil.rpcUrl, 3, [{ transaction: raw, blockIndex: 1 }]);
  const after = await chain.reader.getTransactionReceipt({ hash });
  expect(after.blockNumber).toBe(before.blockNumber + 1n);
  expect(after.blockHash).not.toBe(before.blockHash);
  expect(await isAllowed()).toBe(true);

  await reorg(anvil.rpcUrl, 3, [{ transaction: { from: owner.address, to: app, data: '0x' }, blockIndex: 0 }]);
  expect(await isMined(hash)).toBe(false);
  expect(await isAllowed()).toBe(false);
});

async function rawTransaction(hash: Hash) {
  const { request } = chain.reader;
  // viem types only the methods of the standard; this one is as old, and answers the signed bytes.
  return (await request({ method: 'eth_getRawTransactionByHash' as never, params: [hash] as never })) as Hash;
}

test('a rollback makes the chain shorter', async () => {
  const hash = await registered();
  const height = await chain.reader.getBlockNumber();
  await rollback(anvil.rpcUrl, 1);
  expect(await chain.reader.getBlockNumber()).toBe(height - 1n);
  expect(await isMined(hash)).toBe(false);
});

test('without automine a transaction waits until a block is mined, and one that was dropped does not come', async () => {
  await setAutomine(anvil.rpcUrl, false);
  const dropped = await register();
  await dropTransaction(anvil.rpcUrl, dropped);
  await mine(anvil.rpcUrl);
  expect(await isMined(dropped)).toBe(false);

  const waiting = await register();
  expect(await isMined(waiting)).toBe(false);
  await mine(anvil.rpcUrl);
  expect(await isMined(waiting)).toBe(true);
  await setAutomine(anvil.rpcUrl, true);
  expect(await isMined(await registered())).toBe(true);
});

test('automine can be switched off on a chain with mixed mining, blocks included', async () => {
  const mixed = await startAnvil({ blockTimeSeconds: 1, mixedMining: true });
  try {
    const { payer, reader, writer } = await connectLocalChain(mixed.rpcUrl);
    await setAutomine(mixed.rpcUrl, false);
    const hash = await writer.sendTransaction({ account: payer, to: payer.address });
    const height = await reader.getBlockNumber();
    await new Promise((resolve) => setTimeout(resolve, 2_200));
    expect(await reader.getBlockNumber()).toBe(height);
    await expect(reader.getTransactionReceipt({ hash })).rejects.toThrow('could not be found');
  } finally {
    await mixed.stop(0);
  }
});

test('an account without funds cannot pay', async () => {
  const registration = { rpcUrl: anvil.rpcUrl, app, composeHash, ownerKey: owner.privateKey };
  const balance = await chain.reader.getBalance({ address: owner.address });
  await setBalance(anvil.rpcUrl, owner.address, 0n);
  await expect(registerByOwnerKey(registration)).rejects.toThrow(/insufficient funds|exceeds the balance/i);
  await setBalance(anvil.rpcUrl, owner.address, balance);
  await registerByOwnerKey(registration);
});

test('a contract without its code answers nothing', async () => {
  const code = await chain.reader.getCode({ address: app });
  await setCode(anvil.rpcUrl, app, '0x');
  await expect(isAllowed()).rejects.toThrow('returned no data');
  await setCode(anvil.rpcUrl, app, code ?? '0x');
  expect(await isAllowed()).toBe(false);
});
