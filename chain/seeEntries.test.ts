import { createRequire } from 'node:module';
import { concat, encodeFunctionData, encodePacked, parseAbi, size } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type Address,
  addressSchema,
  composeHashSchema,
  deviceIdSchema,
  type Hex,
  type TransactionHash,
  transactionHashSchema,
} from '../model/hex.js';
import type { Admission, AllowListChange, AllowListEntry, AppContract } from '../model/registration.js';
import { deployContract } from '../stack/localChain/deployContract.js';
import { deploySafe } from '../stack/localChain/deploySafe.js';
import { deployDstackApp } from '../stack/localChain/dstackApp.js';
import { executeSafeTransaction } from '../stack/localChain/executeSafeTransaction.js';
import { mine } from '../stack/localChain/faults.js';
import { connectLocalChain, signerOf, untilMined } from '../stack/localChain/localChain.js';
import { type Anvil, startAnvil } from '../stack/localChain/startAnvil.js';
import { type Chain, createChains } from './chains.js';
import { readRegistration } from './readRegistration.js';
import { registrationCalls } from './registrationCalls.js';

let anvil: Anvil;
let chain: Chain;

beforeAll(async () => {
  anvil = await startAnvil({ slotsInAnEpoch: 4 });
  chain = createChains(new Map([[anvil.chainId, [anvil.rpcUrl]]])).get(anvil.chainId);
});
afterAll(() => anvil?.stop());

const composeHash = composeHashSchema.parse('1'.repeat(64));
const otherHash = composeHashSchema.parse('2'.repeat(64));
const deviceId = deviceIdSchema.parse('d'.repeat(64));
const otherDevice = deviceIdSchema.parse('e'.repeat(64));

const hash = (allowed: boolean, of = composeHash): AllowListEntry => ({
  list: 'composeHashes',
  composeHash: of,
  allowed,
});
const device = (allowed: boolean, of = deviceId): AllowListEntry => ({ list: 'devices', deviceId: of, allowed });
const anyDevice = (allowed: boolean): AllowListEntry => ({ list: 'anyDevice', allowed });

/** A contract that allows what is given, and how its owner changes one entry after the other. */
async function contractWith(start: { composeHash?: Hex; deviceId?: Hex; allowAnyDevice?: boolean } = {}) {
  const owner = anvil.accounts[0];
  if (!owner) throw new Error('the chain has no account');
  const app = await deployDstackApp({ rpcUrl: anvil.rpcUrl, owner: owner.address, ...start });
  const contract: AppContract = { chainId: anvil.chainId, address: addressSchema.parse(app) };
  const fromBlock = Number(await chain.client.getBlockNumber());
  const change = async (...entries: readonly AllowListEntry[]): Promise<TransactionHash> => {
    const sent: TransactionHash[] = [];
    for (const { to, data } of registrationCalls(contract.address, entries)) sent.push(await send(to, data));
    const last = sent.at(-1);
    if (!last) throw new Error('nothing to change');
    return last;
  };
  const send = async (to: Address, data: Hex): Promise<TransactionHash> => {
    const local = await connectLocalChain(anvil.rpcUrl);
    const sent = await local.writer.sendTransaction({ account: signerOf(local, owner.privateKey), to, data });
    await untilMined(local, sent, 'a call of the owner');
    return transactionHashSchema.parse(sent);
  };
  const read = (
    expectation: Expected,
    options: { finality?: 'latest' | 'safe'; transactionHash?: TransactionHash } = {},
  ) => readRegistration(chain, { ...expectation, contract }, { finality: 'latest', fromBlock, ...options });
  return { contract, change, read, fromBlock };
}

type Expected = Omit<AllowListChange, 'contract'> | Omit<Admission, 'contract'>;

const listed = (...entries: readonly AllowListEntry[]): Expected => ({ kind: 'allowList', entries });
const admitted: Expected = { kind: 'admission', composeHash, deviceId };

/** The name of the failure with which a read is refused. */
const refusal = (read: Promise<unknown>): Promise<unknown> =>
  read.then(
    (registration) => registration,
    (error: unknown) => (error instanceof Error && 'type' in error ? error.type : error),
  );

describe('an entry of the lists', () => {
  it.each([
    ['a compose hash to be removed', { composeHash }, hash(false)],
    ['a compose hash to be added', {}, hash(true)],
    ['a device to be added', {}, device(true)],
    ['a device to be removed', { deviceId }, device(false)],
    ['any device to be allowed', {}, anyDevice(true)],
    ['only listed devices to be allowed', { allowAnyDevice: true }, anyDevice(false)],
  ])('is awaited, and found with its transaction: %s', async (_what, start, entry) => {
    const { contract, change, read } = await contractWith(start);
    expect(await read(listed(entry))).toBeNull();
    const transactionHash = await change(entry);
    const registration = { contract, deployer: null, transactionHash, final: true };
    const proof = entry.list === 'composeHashes' && entry.allowed ? transactionHash : null;
    expect(await read(listed(entry))).toMatchObject({ ...registration, proof });
    expect(await read(listed(entry), { transactionHash })).toMatchObject({ ...registration, proof });
  });

  it('is a listed device only when it is listed, whether any device is allowed or not', async () => {
    const { change, read } = await contractWith({ allowAnyDevice: true });
    expect(await read(listed(device(true)))).toBeNull();
    expect(await read(listed(device(false)))).not.toBeNull();
    const transactionHash = await change(device(true));
    expect(await read(listed(device(true)))).toMatchObject({ transactionHash });
    expect(await read(listed(device(false)))).toBeNull();
  });

  it('that stood before has no transaction, and is final once it stands at the final block', async () => {
    // A new contract says nothing of this entry.
    const { read } = await contractWith({ allowAnyDevice: true });
    const readSafe = () => read(listed(anyDevice(true)), { finality: 'safe' });
    expect(await readSafe()).toMatchObject({ transactionHash: null, final: false });
    await mine(anvil.rpcUrl, 5);
    const { number } = await chain.client.getBlock({ blockTag: 'safe' });
    expect(await readSafe()).toMatchObject({ transactionHash: null, blockNumber: Number(number), final: true });
  });

  it('that was brought about long before is final, too', async () => {
    const { change, contract } = await contractWith();
    await change(device(true));
    await mine(anvil.rpcUrl, 2_100);
    const fromBlock = Number(await chain.client.getBlockNumber());
    const expectation = { kind: 'allowList', contract, entries: [device(true)] } as const;
    const found = await readRegistration(chain, expectation, { finality: 'finalized', fromBlock });
    expect(found).toMatchObject({ transactionHash: null, final: true });
  });
});

describe('several entries', () => {
  it('stand when the last of them does, and are as old as the last of them', async () => {
    const { change, read } = await contractWith({ composeHash, allowAnyDevice: true });
    const expected = listed(hash(false), device(true), anyDevice(false));
    const first = await change(hash(false), device(true));
    expect(await read(expected)).toBeNull();
    expect(await read(expected, { transactionHash: first })).toBeNull();
    await mine(anvil.rpcUrl, 5);
    const last = await change(anyDevice(false));
    const { blockNumber } = await chain.client.getTransactionReceipt({ hash: last });
    const found = { transactionHash: last, blockNumber: Number(blockNumber), final: false };
    expect(await read(expected, { finality: 'safe' })).toMatchObject(found);
    // The one that is delivered is old enough, what it leaves out is not.
    const delivered = { ...found, transactionHash: first };
    expect(await read(expected, { finality: 'safe', transactionHash: first })).toMatchObject(delivered);
    await mine(anvil.rpcUrl, 5);
    expect(await read(expected, { finality: 'safe' })).toMatchObject({ ...found, final: true });
  });

  it('come about in one batch of a Safe, by one transaction', async () => {
    const signers = anvil.accounts.slice(1, 3);
    const safe = await deploySafe({
      rpcUrl: anvil.rpcUrl,
      owners: signers.map(({ address }) => address),
      threshold: 2,
    });
    const app = await deployDstackApp({ rpcUrl: anvil.rpcUrl, owner: safe.address, composeHash, allowAnyDevice: true });
    const contract: AppContract = { chainId: anvil.chainId, address: addressSchema.parse(app) };
    const entries = [hash(false), hash(true, otherHash), device(true), device(true, otherDevice), anyDevice(false)];
    const expectation = { kind: 'allowList', contract, entries } as const;
    const fromBlock = Number(await chain.client.getBlockNumber());
    const { transactionHash } = await executeSafeTransaction({
      rpcUrl: anvil.rpcUrl,
      safe: safe.address,
      signers: signers.map(({ privateKey }) => privateKey),
      ...(await batchOf(registrationCalls(contract.address, entries))),
      operation: 'delegateCall',
    });
    const found = { transactionHash, proof: transactionHash, final: true };
    const options = { finality: 'latest', fromBlock } as const;
    expect(await readRegistration(chain, expectation, options)).toMatchObject(found);
    const delivered = transactionHashSchema.parse(transactionHash);
    expect(await readRegistration(chain, expectation, { ...options, transactionHash: delivered })).toMatchObject(found);
  });
});

const artefactSchema = z.object({ bytecode: z.custom<Hex>((value) => typeof value === 'string') });

/** As the Safe app batches calls: one delegate call of MultiSendCallOnly (on-chain.md §3.4). */
async function batchOf(calls: readonly { readonly to: Address; readonly data: Hex }[]) {
  const path = '@safe-global/safe-smart-account/build/artifacts/contracts/libraries/MultiSendCallOnly.sol';
  const { bytecode } = artefactSchema.parse(createRequire(import.meta.url)(`${path}/MultiSendCallOnly.json`));
  const to = await deployContract(await connectLocalChain(anvil.rpcUrl), bytecode, 'MultiSendCallOnly');
  const packed = calls.map((call) =>
    encodePacked(
      ['uint8', 'address', 'uint256', 'uint256', 'bytes'],
      [0, call.to, 0n, BigInt(size(call.data)), call.data],
    ),
  );
  const abi = parseAbi(['function multiSend(bytes transactions)']);
  return { to, data: encodeFunctionData({ abi, functionName: 'multiSend', args: [concat(packed)] }) };
}

describe('an admission', () => {
  it('takes a device that is listed, or any device', async () => {
    const { change, read } = await contractWith();
    const proof = await change(hash(true));
    expect(await read(admitted)).toBeNull();
    const listed = await change(device(true));
    expect(await read(admitted)).toMatchObject({ transactionHash: listed, proof });
    await change(device(false));
    expect(await read(admitted)).toBeNull();
    const any = await change(anyDevice(true));
    expect(await read(admitted)).toMatchObject({ transactionHash: any, proof });
  });

  it('is final when the device is, too', async () => {
    const { change, read } = await contractWith();
    const proof = await change(hash(true));
    await mine(anvil.rpcUrl, 5);
    await change(device(true));
    for (const options of [{}, { transactionHash: proof }]) {
      expect(await read(admitted, { finality: 'safe', ...options })).toMatchObject({ proof, final: false });
    }
    await mine(anvil.rpcUrl, 5);
    expect(await read(admitted, { finality: 'safe' })).toMatchObject({ proof, final: true });
  });

  it('is proven by the transaction that adds the hash, whichever is delivered', async () => {
    const { change, read } = await contractWith();
    const proof = await change(hash(true));
    const transactionHash = await change(device(true));
    expect(await read(admitted, { transactionHash })).toMatchObject({ transactionHash, proof });
  });
});

describe('a transaction that is delivered', () => {
  it('and brought a part about is not refused, and not enough', async () => {
    const { change, read } = await contractWith();
    const transactionHash = await change(device(true));
    expect(await read(admitted, { transactionHash })).toBeNull();
  });

  it('is refused where what it brought about was undone since', async () => {
    const { change, read } = await contractWith();
    const transactionHash = await change(device(true));
    await change(device(false));
    expect(await refusal(read(listed(device(true)), { transactionHash }))).toBe('RegistrationRevoked');
    expect(await refusal(read(admitted, { transactionHash }))).toBe('RegistrationRevoked');
  });

  it.each([
    ['another hash, where one is to be added', admitted, hash(true, otherHash), 'TransactionOfAnotherComposeHash'],
    ['a hash, where a device is to be added', listed(device(true)), hash(true), 'TransactionOfAnotherEntry'],
    ['the removal of the hash', admitted, hash(false), 'TransactionOfAnotherEntry'],
    ['another device', admitted, device(true, otherDevice), 'TransactionOfAnotherEntry'],
    ['the device, the other way round', listed(device(false)), device(true), 'TransactionOfAnotherEntry'],
    ['any device, where one is to be listed', listed(device(true)), anyDevice(true), 'TransactionOfAnotherEntry'],
    [
      'only listed devices, where any is to be allowed',
      listed(anyDevice(true)),
      anyDevice(false),
      'TransactionOfAnotherEntry',
    ],
  ] as const)('is refused by its own name where the contract shows %s', async (_what, expected, entry, failure) => {
    const { change, read } = await contractWith();
    expect(await refusal(read(expected, { transactionHash: await change(entry) }))).toBe(failure);
  });

  it('is refused where another contract shows it', async () => {
    const { change } = await contractWith();
    const { read } = await contractWith();
    for (const entry of [hash(true), device(true)]) {
      const read1 = read(listed(entry), { transactionHash: await change(entry) });
      expect(await refusal(read1)).toBe('TransactionOfAnotherContract');
    }
  });
});
