import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../model/failure.js';
import { addressSchema, composeHashSchema, transactionHashSchema } from '../model/hex.js';
import type { Admission } from '../model/registration.js';
import { deployDstackApp, registerByOwnerKey } from '../stack/localChain/dstackApp.js';
import { mine, reorg } from '../stack/localChain/faults.js';
import { type RpcProxy, startRpcProxy } from '../stack/localChain/rpcProxy.js';
import { type Anvil, startAnvil } from '../stack/localChain/startAnvil.js';
import { type Chain, createChains } from './chains.js';
import { readRegistration } from './readRegistration.js';

let anvil: Anvil;
let proxy: RpcProxy;
let chain: Chain;

beforeAll(async () => {
  anvil = await startAnvil({ slotsInAnEpoch: 4 });
  proxy = await startRpcProxy(anvil.rpcUrl);
  chain = createChains(new Map([[anvil.chainId, [proxy.url]]])).get(anvil.chainId);
});
afterAll(async () => {
  await proxy?.stop();
  await anvil?.stop();
});

const composeHash = composeHashSchema.parse('1'.repeat(64));

/** A fresh contract, and how its owner registers. */
async function freshContract() {
  const owner = anvil.accounts[0];
  if (!owner) throw new Error('the chain has no account');
  const app = await deployDstackApp({ rpcUrl: anvil.rpcUrl, owner: owner.address });
  const expectation: Admission = {
    kind: 'admission',
    contract: { chainId: anvil.chainId, address: addressSchema.parse(app) },
    composeHash,
    deviceId: null,
  };
  const register = async () =>
    transactionHashSchema.parse(
      await registerByOwnerKey({ rpcUrl: anvil.rpcUrl, app, composeHash, ownerKey: owner.privateKey }),
    );
  const fromBlock = Number(await chain.client.getBlockNumber());
  return { expectation, register, fromBlock };
}

describe('a registration', () => {
  it('is not there before it is made, and found with its transaction after', async () => {
    const { expectation, register, fromBlock } = await freshContract();
    const read = () => readRegistration(chain, expectation, { finality: 'latest', fromBlock });
    expect(await read()).toBeNull();
    const transactionHash = await register();
    expect(await read()).toMatchObject({ transactionHash, final: true, finality: 'latest' });
  });

  it.each([
    ['safe', 3, 1],
    ['finalized', 7, 1],
    [3, 1, 1],
  ] as const)('counts at %s when it is deep enough, and not before', async (finality, tooFew, more) => {
    const { expectation, register, fromBlock } = await freshContract();
    await register();
    const read = async () => (await readRegistration(chain, expectation, { finality, fromBlock }))?.final;
    expect(await read()).toBe(false);
    await mine(anvil.rpcUrl, tooFew);
    expect(await read()).toBe(false);
    await mine(anvil.rpcUrl, more);
    expect(await read()).toBe(true);
  });

  it('is gone after a reorganisation that drops it, although it was seen before', async () => {
    const { expectation, register, fromBlock } = await freshContract();
    const transactionHash = await register();
    const options = { finality: 'latest', fromBlock } as const;
    expect(await readRegistration(chain, expectation, { ...options, transactionHash })).not.toBeNull();
    await reorg(anvil.rpcUrl, 1);
    expect(await readRegistration(chain, expectation, options)).toBeNull();
    const refused = await readRegistration(chain, expectation, { ...options, transactionHash }).catch((error) => error);
    expect(refused).toMatchObject({ type: 'TransactionUnknown' });
  });

  it('counts by the state alone where the node does not serve logs over a range', async () => {
    const { expectation, register, fromBlock } = await freshContract();
    await register();
    proxy.fail('eth_getLogs', { kind: 'error', code: -32005 });
    const found = await readRegistration(chain, expectation, { finality: 'latest', fromBlock });
    proxy.heal();
    expect(found).toMatchObject({ transactionHash: null, proof: null, final: true });
  });

  it('shows its transaction where the node serves logs of a few blocks only', async () => {
    const { expectation, register, fromBlock } = await freshContract();
    const transactionHash = await register();
    // It refuses the first question, and allows a smaller one.
    proxy.fail('eth_getLogs', { kind: 'error', code: -32005, message: 'up to a 10 block range' }, 1);
    const found = await readRegistration(chain, expectation, { finality: 'latest', fromBlock });
    proxy.heal();
    expect(found).toMatchObject({ transactionHash, proof: transactionHash, final: true });
  });

  it('becomes final by the state alone, too', async () => {
    const { expectation, register, fromBlock } = await freshContract();
    await register();
    const read = () => readRegistration(chain, expectation, { finality: 'safe', fromBlock });
    proxy.fail('eth_getLogs', { kind: 'error', code: -32005 });
    expect(await read()).toMatchObject({ transactionHash: null, final: false });
    await mine(anvil.rpcUrl, 5);
    expect(await read()).toMatchObject({ transactionHash: null, final: true });
    proxy.heal();
  });
});

describe('a chain that cannot be read', () => {
  it.each([
    ['refuses', { kind: 'status', status: 503 }],
    ['limits', { kind: 'status', status: 429 }],
    ['answers with a page', { kind: 'html' }],
    ['has an internal error', { kind: 'error', code: -32603 }],
  ] as const)('is a passing matter, without its URL in the message: %s', async (_what, fault) => {
    const { expectation, fromBlock } = await freshContract();
    proxy.fail('*', fault);
    const failure = await readRegistration(chain, expectation, { finality: 'latest', fromBlock }).catch(
      (error) => error,
    );
    proxy.heal();
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ type: 'ChainUnavailable', class: 'transient' });
    expect(failure.message).not.toContain('http');
  });

  it('is for an operator where there is no contract, or one that is no DstackApp', async () => {
    const { expectation, fromBlock } = await freshContract();
    const elsewhere = { ...expectation.contract, address: addressSchema.parse('77'.repeat(20)) };
    const read = readRegistration(chain, { ...expectation, contract: elsewhere }, { finality: 'latest', fromBlock });
    await expect(read).rejects.toMatchObject({ type: 'AppContractMissing', class: 'operator' });
  });
});
