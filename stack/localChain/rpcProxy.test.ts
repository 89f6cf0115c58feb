import { createPublicClient, http } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { connectLocalChain } from './localChain.js';
import { type RpcFault, type RpcProxy, startRpcProxy } from './rpcProxy.js';
import { type Anvil, startAnvil } from './startAnvil.js';

let anvil: Anvil;
let proxy: RpcProxy;

beforeAll(async () => {
  anvil = await startAnvil();
});
afterAll(() => anvil.stop(0));
beforeEach(async () => {
  proxy = await startRpcProxy(anvil.rpcUrl);
});
afterEach(() => proxy.stop());

const client = (batch = false) =>
  createPublicClient({ transport: http(proxy.url, { retryCount: 0, timeout: 2_000, batch }), cacheTime: 0 });

test('without a fault calls pass through and are counted by method', async () => {
  expect(await client().getChainId()).toBe(31337);
  await client().getBlockNumber();
  await client().getBlockNumber();
  expect(proxy.calls('eth_blockNumber')).toBe(2);
  expect(proxy.calls('eth_chainId')).toBe(1);
  expect(proxy.calls('eth_call')).toBe(0);
  expect(proxy.calls()).toBe(3);
});

const cases: [RpcFault, RegExp][] = [
  [{ kind: 'hang' }, /took too long/],
  [{ kind: 'reset' }, /fetch failed|HTTP request failed/],
  [{ kind: 'loseReply' }, /fetch failed|HTTP request failed/],
  [{ kind: 'status', status: 401 }, /Status: 401/],
  [{ kind: 'status', status: 403 }, /Status: 403/],
  [{ kind: 'status', status: 429, retryAfterSeconds: 1 }, /Status: 429/],
  [{ kind: 'status', status: 500 }, /Status: 500/],
  [{ kind: 'status', status: 503 }, /Status: 503/],
  [{ kind: 'html' }, /HTTP request failed|is not valid JSON/],
  [{ kind: 'error', code: -32603 }, /internal error/i],
  [{ kind: 'error', code: -32005, message: 'limit' }, /exceeds defined limit/],
];

test.each(cases)('%o reaches the client, for this method and this often', async (fault, message) => {
  proxy.fail('eth_chainId', fault, 2);
  await expect(client().getChainId()).rejects.toThrow(message);
  expect(await client().getBlockNumber()).toBeTypeOf('bigint');
  await expect(client().getChainId()).rejects.toThrow(message);
  expect(await client().getChainId()).toBe(31337);
  expect(proxy.calls('eth_chainId')).toBe(3);
});

test('a result of null is a block that the node does not know', async () => {
  proxy.fail('eth_getBlockByNumber', { kind: 'result', result: null }, 1);
  await expect(client().getBlock()).rejects.toThrow('could not be found');
  expect((await client().getBlock()).number).toBeTypeOf('bigint');
});

test('Retry-After is passed to the client', async () => {
  proxy.fail('*', { kind: 'status', status: 429, retryAfterSeconds: 7 });
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] });
  const response = await fetch(proxy.url, { method: 'POST', body });
  expect(response.headers.get('retry-after')).toBe('7');
});

test('a transaction whose reply is lost is sent all the same', async () => {
  const { payer, reader, writer } = await connectLocalChain(proxy.url);
  proxy.fail('eth_sendRawTransaction', { kind: 'loseReply' }, 1);
  await expect(writer.sendTransaction({ account: payer, to: payer.address })).rejects.toThrow();
  expect(await reader.getTransactionCount({ address: payer.address })).toBe(1);
});

test('faults of one method take their turn, those of any method come after, and heal ends them all', async () => {
  proxy.fail('*', { kind: 'status', status: 503 });
  proxy.fail('eth_chainId', { kind: 'status', status: 429 }, 1);
  proxy.fail('eth_chainId', { kind: 'status', status: 500 }, 1);
  await expect(client().getChainId()).rejects.toThrow('Status: 429');
  await expect(client().getChainId()).rejects.toThrow('Status: 500');
  await expect(client().getChainId()).rejects.toThrow('Status: 503');
  await expect(client().getBlockNumber()).rejects.toThrow('Status: 503');
  proxy.heal();
  expect(await client().getChainId()).toBe(31337);
});

test('a batch is one request, of which each call is counted', async () => {
  const batched = client(true);
  const [chainId] = await Promise.all([batched.getChainId(), batched.getBlockNumber()]);
  expect(chainId).toBe(31337);
  expect(proxy.calls()).toBe(2);
  proxy.fail('eth_blockNumber', { kind: 'error', code: -32603 }, 1);
  const both = await Promise.allSettled([batched.getChainId(), batched.getBlockNumber()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('calls wait while it is held, and go on afterwards', async () => {
  const order: string[] = [];
  let asked: Promise<unknown> = Promise.resolve();
  await proxy.whileHeld(async () => {
    asked = client()
      .getBlockNumber()
      .then(() => order.push('answered'));
    await new Promise((resolve) => setTimeout(resolve, 150));
    order.push('let go');
  });
  await asked;
  expect(order).toEqual(['let go', 'answered']);
});
