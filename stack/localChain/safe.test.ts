import { type Address, encodeFunctionData, type Hex, keccak256, parseEventLogs, stringToHex } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnvilAccount } from './anvilAccounts.js';
import { type DeployedSafe, deploySafe } from './deploySafe.js';
import { deployDstackApp } from './dstackApp.js';
import { dstackAppAbi } from './dstackAppAbi.js';
import { executeSafeTransaction, sendSafeTransaction } from './executeSafeTransaction.js';
import { mine, setAutomine } from './faults.js';
import { connectLocalChain } from './localChain.js';
import { safeAbi } from './safeAbi.js';
import { type Anvil, startAnvil } from './startAnvil.js';

let anvil: Anvil;
let owners: readonly AnvilAccount[];
let safe: DeployedSafe;
let app: Address;

beforeAll(async () => {
  anvil = await startAnvil();
  owners = anvil.accounts.slice(0, 3);
  safe = await deploySafe({ rpcUrl: anvil.rpcUrl, owners: owners.map(({ address }) => address), threshold: 2 });
  app = await deployDstackApp({ rpcUrl: anvil.rpcUrl, owner: safe.address });
});

afterAll(() => anvil.stop(0));

const hashOf = (text: string) => keccak256(stringToHex(text));
const addComposeHash = (hash: Hex) =>
  encodeFunctionData({ abi: dstackAppAbi, functionName: 'addComposeHash', args: [hash] });

function keysOf(...indexes: number[]): Hex[] {
  return indexes.flatMap((index) => owners[index]?.privateKey ?? []);
}

async function nonceOf(address: Address): Promise<bigint> {
  const { reader } = await connectLocalChain(anvil.rpcUrl);
  return reader.readContract({ address, abi: safeAbi, functionName: 'nonce' });
}

async function isAllowed(hash: Hex): Promise<boolean> {
  const { reader } = await connectLocalChain(anvil.rpcUrl);
  return reader.readContract({ address: app, abi: dstackAppAbi, functionName: 'allowedComposeHashes', args: [hash] });
}

test('a deployed Safe is of version 1.5.0 and has its owners and threshold', async () => {
  const { reader } = await connectLocalChain(anvil.rpcUrl);
  const contract = { address: safe.address, abi: safeAbi };
  expect(await reader.readContract({ ...contract, functionName: 'VERSION' })).toBe('1.5.0');
  expect(await reader.readContract({ ...contract, functionName: 'getOwners' })).toEqual(safe.owners);
  expect(await reader.readContract({ ...contract, functionName: 'getThreshold' })).toBe(2n);
});

test('enough owners register a compose hash, in whatever order they sign', async () => {
  const { reader } = await connectLocalChain(anvil.rpcUrl);
  for (const [index, signers] of [keysOf(0, 2), keysOf(2, 0), keysOf(1, 2, 0)].entries()) {
    const hash = hashOf(`order ${index}`);
    const data = addComposeHash(hash);
    const sent = await executeSafeTransaction({ rpcUrl: anvil.rpcUrl, safe: safe.address, signers, to: app, data });
    expect(sent.succeeded).toBe(true);
    expect(await isAllowed(hash)).toBe(true);

    const { logs, to } = await reader.getTransactionReceipt({ hash: sent.transactionHash });
    expect(to).toBe(safe.address.toLowerCase());
    const [added] = parseEventLogs({ abi: dstackAppAbi, eventName: 'ComposeHashAdded', logs });
    expect(added).toMatchObject({ address: app.toLowerCase(), args: { composeHash: hash } });
    const [success] = parseEventLogs({ abi: safeAbi, eventName: 'ExecutionSuccess', logs });
    expect(success).toMatchObject({
      address: safe.address.toLowerCase(),
      args: { txHash: sent.safeTxHash, payment: 0n },
    });
  }
});

test('too few owners, a stranger, or a spent nonce are refused with Safe’s reason', async () => {
  const execution = { rpcUrl: anvil.rpcUrl, safe: safe.address, to: app, data: addComposeHash(hashOf('refused')) };
  await expect(executeSafeTransaction({ ...execution, signers: keysOf(0) })).rejects.toThrow('GS020');
  const stranger = anvil.accounts.slice(5, 6).map(({ privateKey }) => privateKey);
  await expect(executeSafeTransaction({ ...execution, signers: [...keysOf(0), ...stranger] })).rejects.toThrow('GS026');
  const spent = { ...execution, signers: keysOf(0, 1), nonce: 0n };
  await executeSafeTransaction({ ...execution, signers: keysOf(0, 1), data: addComposeHash(hashOf('spends one')) });
  await expect(executeSafeTransaction(spent)).rejects.toThrow('GS026');
  expect(await isAllowed(hashOf('refused'))).toBe(false);
});

test('with safeTxGas a failing call leaves a transaction that succeeded, and a spent nonce', async () => {
  const foreign = await deployDstackApp({ rpcUrl: anvil.rpcUrl, owner: anvil.accounts[4]?.address ?? app });
  const data = addComposeHash(hashOf('foreign'));
  const execution = { rpcUrl: anvil.rpcUrl, safe: safe.address, signers: keysOf(0, 1), to: foreign, data };
  const before = await nonceOf(safe.address);

  await expect(executeSafeTransaction(execution)).rejects.toThrow('was mined but reverted');
  expect(await nonceOf(safe.address)).toBe(before);

  const sent = await executeSafeTransaction({ ...execution, safeTxGas: 100_000n });
  expect(sent.succeeded).toBe(false);
  const { reader } = await connectLocalChain(anvil.rpcUrl);
  const { status, logs } = await reader.getTransactionReceipt({ hash: sent.transactionHash });
  expect(status).toBe('success');
  expect(parseEventLogs({ abi: safeAbi, eventName: 'ExecutionFailure', logs })[0]?.args.txHash).toBe(sent.safeTxHash);
  expect(await nonceOf(safe.address)).toBe(before + 1n);
});

test('of two transactions that wait with one nonce only one takes effect', async () => {
  const { reader } = await connectLocalChain(anvil.rpcUrl);
  const execution = { rpcUrl: anvil.rpcUrl, safe: safe.address, signers: keysOf(0, 1), to: app };
  await setAutomine(anvil.rpcUrl, false);
  const sent = [
    await sendSafeTransaction({ ...execution, data: addComposeHash(hashOf('this')) }),
    await sendSafeTransaction({ ...execution, data: addComposeHash(hashOf('that')) }),
  ];
  await expect(reader.getTransactionReceipt({ hash: sent[0]?.transactionHash ?? '0x' })).rejects.toThrow();
  await mine(anvil.rpcUrl);
  await setAutomine(anvil.rpcUrl, true);
  const receipts = await Promise.all(
    sent.map(({ transactionHash }) => reader.getTransactionReceipt({ hash: transactionHash })),
  );
  expect(receipts.map(({ status }) => status).sort()).toEqual(['reverted', 'success']);
  expect([await isAllowed(hashOf('this')), await isAllowed(hashOf('that'))].filter(Boolean)).toHaveLength(1);
});

test('an executor with a key of its own pays', async () => {
  const { reader } = await connectLocalChain(anvil.rpcUrl);
  const [executor] = anvil.accounts.slice(6, 7);
  if (executor === undefined) throw new Error('no account');
  const sent = await executeSafeTransaction({
    rpcUrl: anvil.rpcUrl,
    safe: safe.address,
    signers: keysOf(0, 1),
    to: app,
    data: addComposeHash(hashOf('paid')),
    executor: executor.privateKey,
  });
  const { from } = await reader.getTransaction({ hash: sent.transactionHash });
  expect(from).toBe(executor.address.toLowerCase());
});

test('Safes deployed at once do not disturb each other', async () => {
  const options = { rpcUrl: anvil.rpcUrl, owners: safe.owners, threshold: 1 };
  const safes = await Promise.all([deploySafe(options), deploySafe(options), deploySafe(options)]);
  expect(new Set(safes.map(({ address }) => address)).size).toBe(3);
});

test('a threshold that the owners cannot meet is refused', async () => {
  const options = { rpcUrl: anvil.rpcUrl, owners: safe.owners, threshold: 4 };
  await expect(deploySafe(options)).rejects.toThrow();
});
