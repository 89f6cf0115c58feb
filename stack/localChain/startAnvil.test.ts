import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublicClient, createWalletClient, http, parseEther } from 'viem';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../process/freePorts.js';
import { eventually, listProcesses } from '../process/testing/processTable.js';
import { mine } from './faults.js';
import { connectLocalChain } from './localChain.js';
import { type Anvil, type AnvilOptions, startAnvil } from './startAnvil.js';

let folder: string;
const nodes: Anvil[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-anvil-test-'));
});
afterEach(async () => {
  await Promise.all(nodes.splice(0).map((node) => node.stop(0)));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(options: AnvilOptions = {}): Promise<Anvil> {
  const node = await startAnvil(options);
  nodes.push(node);
  return node;
}

const readerOf = ({ rpcUrl }: Anvil) => createPublicClient({ transport: http(rpcUrl), cacheTime: 0 });

/** Sends one wei and answers the block it is in, if it is in one within `waitMs`. */
async function send({ rpcUrl }: Anvil, waitMs: number): Promise<bigint | undefined> {
  const { payer, reader, writer } = await connectLocalChain(rpcUrl);
  const hash = await writer.sendTransaction({ account: payer, to: payer.address, value: 1n });
  const receipt = await reader.waitForTransactionReceipt({ hash, timeout: waitMs }).catch(() => undefined);
  return receipt?.blockNumber;
}

async function heights(node: Anvil) {
  const reader = readerOf(node);
  const height = async (blockTag: 'latest' | 'safe' | 'finalized') =>
    Number((await reader.getBlock({ blockTag })).number);
  // The oldest first: a block may come in between.
  const [finalized, safe, latest] = [await height('finalized'), await height('safe'), await height('latest')];
  return { finalized, safe, latest };
}

test('the accounts are the node’s own, their keys fit, and each can pay', async () => {
  const node = await start({ chainId: 8453 });
  expect(node.chainId).toBe(8453);
  const wallet = createWalletClient({ transport: http(node.rpcUrl) });
  expect(await wallet.getChainId()).toBe(8453);
  expect(node.accounts.map(({ address }) => address)).toEqual(await wallet.getAddresses());
  for (const { address } of node.accounts) {
    expect(await readerOf(node).getBalance({ address })).toBe(parseEther('10000'));
  }
});

test('with mixed mining a transaction is mined at once and blocks come by themselves', async () => {
  // Far enough apart that it is not the next block by itself in which the transaction is.
  const node = await start({ blockTimeSeconds: 4, mixedMining: true, slotsInAnEpoch: 1 });
  const block = await send(node, 3_000);
  expect(block).toBeDefined();
  const height = (await heights(node)).latest;
  await eventually(
    () => heights(node),
    ({ latest }) => latest >= height + 2,
    30_000,
  );
});

test('with one slot in an epoch safe and finalized follow one and two blocks behind', async () => {
  const node = await start({ blockTimeSeconds: 1, mixedMining: true, slotsInAnEpoch: 1 });
  const block = Number(await send(node, 10_000));
  const seen = await eventually(
    () => heights(node),
    ({ finalized }) => finalized >= block,
    20_000,
  );
  expect(seen.safe).toBeGreaterThanOrEqual(seen.finalized);
  expect(seen.latest).toBeGreaterThan(seen.safe);
  // State can be read there, not blocks only.
  const [account] = node.accounts;
  if (account === undefined) throw new Error('no account');
  expect(await readerOf(node).getBalance({ address: account.address, blockTag: 'finalized' })).toBeGreaterThan(0n);

  const usual = await start({ blockTimeSeconds: 1, mixedMining: true });
  await mine(usual.rpcUrl, 40);
  const { latest, safe } = await heights(usual);
  expect(latest - safe).toBe(32);
});

test('without mixed mining a transaction waits for its block', async () => {
  const node = await start({ blockTimeSeconds: 20 });
  expect(await send(node, 500)).toBeUndefined();
});

test('a chain goes on from its state file after it was stopped, on the same port', async () => {
  const stateFile = join(folder, 'made', 'state.json');
  const [port = 0] = await freePorts(1);
  const first = await start({ port, stateFile });
  const block = await send(first, 10_000);
  await first.stop();
  const second = await start({ port, stateFile });
  expect(second.rpcUrl).toBe(first.rpcUrl);
  expect(BigInt((await heights(second)).latest)).toBe(block);
});

test('with a state interval a chain survives its own SIGKILL', async () => {
  const stateFile = join(folder, 'killed.json');
  const first = await start({ stateFile, stateIntervalSeconds: 1 });
  const block = await send(first, 10_000);
  await new Promise((resolve) => setTimeout(resolve, 3_500));
  process.kill(first.pid, 'SIGKILL');
  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
  const second = await start({ stateFile });
  expect(BigInt((await heights(second)).latest)).toBe(block);
});

test('a damaged state file is an error that tells the way out', async () => {
  const stateFile = join(folder, 'damaged.json');
  await writeFile(stateFile, '{"block":');
  await expect(start({ stateFile })).rejects.toThrow('remove it to begin a new chain');
});

test('a port that is given up meanwhile is waited for', async () => {
  const [port = 0] = await freePorts(1);
  const occupant = createServer();
  await new Promise<void>((resolve) => {
    occupant.listen(port, '127.0.0.1', resolve);
  });
  setTimeout(() => occupant.close(), 600);
  expect((await start({ port })).rpcUrl).toBe(`http://127.0.0.1:${port}`);
});

test('stop leaves no process and no port behind', async () => {
  const node = await start();
  await node.stop();
  const left = (await listProcesses()).filter(({ pid, group }) => pid === node.pid || group === node.pid);
  expect(left).toEqual([]);
  await expect(fetch(node.rpcUrl)).rejects.toThrow();
});
