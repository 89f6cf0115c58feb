import { encodeFunctionData, parseAbi } from 'viem';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Chain, createChains } from '../chain/chains.js';
import { addressSchema, composeHashSchema } from '../model/hex.js';
import type { Admission, Deployment } from '../model/registration.js';
import { deployDstackApp, registerByOwnerKey } from '../stack/localChain/dstackApp.js';
import { reorg } from '../stack/localChain/faults.js';
import { type RpcProxy, startRpcProxy } from '../stack/localChain/rpcProxy.js';
import { sendCall } from '../stack/localChain/sendCall.js';
import { type Anvil, startAnvil } from '../stack/localChain/startAnvil.js';
import { lookForRegistration } from './lookForRegistration.js';

let anvil: Anvil;
let proxy: RpcProxy;
let chain: Chain;

beforeAll(async () => {
  anvil = await startAnvil();
  proxy = await startRpcProxy(anvil.rpcUrl);
  chain = createChains(new Map([[anvil.chainId, [proxy.url]]])).get(anvil.chainId);
});
afterEach(() => proxy.heal());
afterAll(async () => {
  await proxy?.stop();
  await anvil?.stop();
});

const composeHash = composeHashSchema.parse('1'.repeat(64));
const ownership = parseAbi(['function transferOwnership(address newOwner)']);

function account(number: number) {
  const found = anvil.accounts[number];
  if (!found) throw new Error('the chain has too few accounts');
  return { ...found, address: addressSchema.parse(found.address) };
}

/** A contract of the first account, and a look at it as the one who was asked; `moments`: what happens while it waits. */
async function contractOf(generation: 'ownable' | 'ownable2Step' = 'ownable') {
  const { rpcUrl, chainId } = anvil;
  const [owner, next] = [account(0), account(1)];
  const app = addressSchema.parse(await deployDstackApp({ rpcUrl, owner: owner.address, generation }));
  const expectation: Admission = {
    kind: 'admission',
    contract: { chainId, address: app },
    composeHash,
    deviceId: null,
  };
  const fromBlock = Number(await chain.client.getBlockNumber());
  const awaited = { expectation, fromBlock, finality: 'latest', owner: owner.address } as const;
  const data = encodeFunctionData({ abi: ownership, functionName: 'transferOwnership', args: [next.address] });
  return {
    app,
    owner,
    next,
    awaited,
    look: (moments: () => Promise<void> = async () => {}) => lookForRegistration(chain, awaited, { sleep: moments }),
    transfer: () => sendCall({ rpcUrl, to: app, data, sender: owner.privateKey }),
    registerBy: (ownerKey: `0x${string}`) => registerByOwnerKey({ rpcUrl, app, composeHash, ownerKey }),
  };
}

describe('a look at a registration', () => {
  it('shows nothing while the owner is the one who was asked, and costs one call more', async () => {
    const { look, awaited } = await contractOf();
    const callsOf = async (run: () => Promise<unknown>) => {
      const before = proxy.calls();
      expect(await run()).toBeNull();
      return proxy.calls() - before;
    };
    const { owner, ...whoever } = awaited;
    const without = await callsOf(() => lookForRegistration(chain, whoever, { sleep: async () => {} }));
    expect(await callsOf(look)).toBe(without + 1);
  });

  it('says so where the contract is another’s, after some more looks', async () => {
    const { app, owner, next, look, transfer } = await contractOf();
    await transfer();
    let pauses = 0;
    const looked = look(async () => void pauses++);
    await expect(looked).rejects.toMatchObject({
      type: 'OwnerChanged',
      class: 'unregistered',
      message: `${app} is owned by ${next.address} now, not by ${owner.address}.`,
    });
    expect(pauses).toBe(4);
  });

  it('takes a transfer that a reorganisation drops for none', async () => {
    const { look, transfer } = await contractOf();
    await transfer();
    expect(await look(() => reorg(anvil.rpcUrl, 1))).toBeNull();
  });

  it('takes a transfer that waits to be accepted for none', async () => {
    const { look, transfer } = await contractOf('ownable2Step');
    await transfer();
    expect(await look()).toBeNull();
  });

  it('shows what the new owner registers meanwhile', async () => {
    const { next, look, transfer, registerBy } = await contractOf();
    await transfer();
    const shown = await look(async () => void (await registerBy(next.privateKey)));
    expect(shown).toMatchObject({ final: true });
  });

  it('waits for a node that does not tell', async () => {
    const { look, transfer } = await contractOf();
    await transfer();
    proxy.fail('eth_call', { kind: 'result', result: null });
    await expect(look()).rejects.toMatchObject({ type: 'ChainUnavailable', class: 'transient' });
    proxy.heal();
    proxy.fail('eth_call', { kind: 'error', code: -32005 });
    await expect(look()).rejects.toMatchObject({ type: 'ChainUnavailable', class: 'transient' });
  });

  it('asks for no owner where the contract is yet to be made', async () => {
    const { awaited, owner } = await contractOf();
    const kms = { chainId: anvil.chainId, address: addressSchema.parse('c3'.repeat(20)) };
    const expectation: Deployment = { kind: 'deployment', kms, owner: owner.address, composeHash, deviceId: null };
    const before = proxy.calls('eth_call');
    expect(await lookForRegistration(chain, { ...awaited, expectation }, { sleep: async () => {} })).toBeNull();
    expect(proxy.calls('eth_call')).toBe(before);
  });
});
