import { type Address, createPublicClient, http, multicall3Abi, zeroHash } from 'viem';
import { base } from 'viem/chains';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployDstackApp } from './dstackApp.js';
import { dstackAppAbi } from './dstackAppAbi.js';
import { installMulticall3, multicall3Address } from './multicall3.js';
import { type Anvil, startAnvil } from './startAnvil.js';

let anvil: Anvil;
let app: Address;

beforeAll(async () => {
  anvil = await startAnvil({ chainId: base.id });
  app = await deployDstackApp({
    rpcUrl: anvil.rpcUrl,
    owner: anvil.accounts[0]?.address ?? '0x',
    allowAnyDevice: true,
  });
});

afterAll(() => anvil.stop(0));

test('several reads are one call of the contract where viem expects it, and one that fails does not spoil the others', async () => {
  const reader = createPublicClient({ chain: base, transport: http(anvil.rpcUrl), cacheTime: 0 });
  const contract = { address: app, abi: dstackAppAbi };
  const read = () =>
    reader.multicall({
      contracts: [
        { ...contract, functionName: 'allowAnyDevice' },
        // Reverted: nobody may, and a call has no owner's signature.
        { ...contract, functionName: 'addDevice', args: [zeroHash] },
        { ...contract, functionName: 'version' },
      ],
    });
  const before = await read();
  expect(before.map(({ status }) => status)).toEqual(['failure', 'failure', 'failure']);

  await installMulticall3(anvil.rpcUrl);
  const after = await read();
  expect(after.map(({ status }) => status)).toEqual(['success', 'failure', 'success']);
  expect([after[0]?.result, after[2]?.result]).toEqual([true, 2n]);
  expect(base.contracts.multicall3.address.toLowerCase()).toBe(multicall3Address.toLowerCase());
});

test('a call that may not fail fails the whole', async () => {
  const reader = createPublicClient({ transport: http(anvil.rpcUrl) });
  await installMulticall3(anvil.rpcUrl);
  const call = { target: app, allowFailure: false, callData: '0x00000000' } as const;
  const contract = { address: multicall3Address, abi: multicall3Abi } as const;
  const asked = reader.readContract({ ...contract, functionName: 'aggregate3', args: [[call]] });
  await expect(asked).rejects.toThrow('Multicall3: call failed');
});
