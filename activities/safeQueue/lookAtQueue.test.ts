import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Chain, createChains } from '../../chain/chains.js';
import { proposeToSafe } from '../../chain/safe/proposeToSafe.js';
import { readSafe } from '../../chain/safe/readSafe.js';
import { encodedTransaction } from '../../chain/safe/safeTransactionHash.js';
import { registrationCalls } from '../../chain/registrationCalls.js';
import { type Address, addressSchema, type Hex } from '../../model/hex.js';
import type { SafeSignature, SafeSigning } from '../../model/safe.js';
import { createSafeServiceApi } from '../../safeService/safeServiceApi.js';
import type { AnvilAccount } from '../../stack/localChain/anvilAccounts.js';
import { deploySafe } from '../../stack/localChain/deploySafe.js';
import { deployDstackApp } from '../../stack/localChain/dstackApp.js';
import { type Anvil, startAnvil } from '../../stack/localChain/startAnvil.js';
import { type SafeService, startSafeService } from '../../stack/safeService/startSafeService.js';
import { lookAtQueue } from './lookAtQueue.js';
import { createSafeQueues } from './safeQueues.js';

let anvil: Anvil;
let chain: Chain;
let service: SafeService;
beforeAll(async () => {
  anvil = await startAnvil();
  chain = createChains(new Map([[anvil.chainId, [anvil.rpcUrl]]])).get(anvil.chainId);
  service = await startSafeService({ rpcUrl: anvil.rpcUrl });
});
afterEach(() => service.faults.heal());
afterAll(async () => {
  await service?.close();
  await anvil?.stop();
});

const account = (index: number): AnvilAccount => {
  const found = anvil.accounts[index];
  if (!found) throw new Error(`there is no account ${index}`);
  return found;
};

const look = (safe: SafeSigning, proposer: number | null = 1) => {
  const services = new Map([[chain.id, createSafeServiceApi({ baseUrl: service.url, apiKey: null })]]);
  const queues = createSafeQueues(services, proposer === null ? null : account(proposer).privateKey);
  return lookAtQueue(queues, chain, safe, { proposes: true, signal: new AbortController().signal });
};

/** What is proposed to a Safe of two keys and one Safe. */
async function proposal(version: '1.3.0' | '1.4.1') {
  const { rpcUrl } = anvil;
  const inner = await deploySafe({ rpcUrl, version, owners: [account(5).address], threshold: 1 });
  const owners = [account(1).address, account(2).address, inner.address];
  const { address } = await deploySafe({ rpcUrl, version, owners, threshold: 2 });
  const safe = addressSchema.parse(address);
  const app = addressSchema.parse(await deployDstackApp({ rpcUrl, owner: address }));
  const state = await readSafe(chain, safe);
  if (!state) throw new Error('it does not answer like a Safe');
  const calls = registrationCalls(app, [{ list: 'anyDevice', allowed: true }]);
  const proposed = await proposeToSafe(chain, calls, state, { safe, title: 'Update', description: 'why' });
  return { proposed, inner: addressSchema.parse(inner.address) };
}

/** What the Safe app has an owner of the inner Safe sign: a message of that Safe. */
async function wordOf(inner: Address, { address, transaction }: SafeSigning): Promise<SafeSignature> {
  if (!transaction) throw new Error('nothing is proposed');
  const message: Hex = encodedTransaction({ chainId: chain.id, safe: address, transaction });
  const signature = await privateKeyToAccount(account(5).privateKey).signTypedData({
    domain: { chainId: chain.id, verifyingContract: inner },
    types: { SafeMessage: [{ name: 'message', type: 'bytes' }] },
    primaryType: 'SafeMessage',
    message: { message },
  });
  return { owner: inner, kind: 'contract', signature, by: 'alice', at: new Date().toISOString() };
}

describe.each(['1.3.0', '1.4.1'] as const)('a look at the queue of a Safe %s', (version) => {
  it('brings the signature of a contract there, and takes it from there as it was given', async () => {
    const { proposed, inner } = await proposal(version);
    const first = await look(proposed);
    expect(first).toMatchObject({ moved: true, safe: { queue: { times: 1, trouble: null } } });
    const word = await wordOf(inner, proposed);
    await look({ ...first.safe, signatures: [word] });
    const kinds = service.queued(proposed.address).flatMap(({ confirmations }) => confirmations);
    expect(kinds.map(({ signatureType }) => signatureType)).toEqual(['EOA', 'CONTRACT_SIGNATURE']);
    // Somebody else who knows of none of them.
    const { safe } = await look(proposed, null);
    expect(safe.signatures.map(({ owner, kind, by }) => [owner, kind, by])).toEqual([
      [account(1).address.toLowerCase(), 'key', null],
      [inner, 'contract', null],
    ]);
    expect(safe.signatures[1]?.signature).toBe(word.signature);
  });
});

describe('a look at the queue of a Safe', () => {
  it('asks nobody where no service is configured, or the form of the transaction is not known', async () => {
    const { proposed } = await proposal('1.4.1');
    const asked = service.faults.calls('list');
    const none = createSafeQueues(new Map(), null);
    const options = { proposes: true, signal: new AbortController().signal };
    expect(await lookAtQueue(none, chain, proposed, options)).toEqual({ safe: proposed, news: [], moved: false });
    const unknown = { ...proposed, transaction: null, transactionHash: null };
    expect(await look(unknown)).toEqual({ safe: unknown, news: [], moved: false });
    expect(service.faults.calls('list')).toBe(asked);
  });

  it('has no news where nothing has changed, and puts nothing there twice', async () => {
    const { proposed } = await proposal('1.4.1');
    const first = await look(proposed);
    expect(first.news).toEqual([`Proposed in Safe's queue by ${account(1).address.toLowerCase()}.`]);
    const second = await look(first.safe);
    expect(second).toMatchObject({ moved: true, news: [], safe: { signatures: [{ kind: 'key', by: null }] } });
    expect(await look(second.safe)).toEqual({ safe: second.safe, news: [], moved: false });
    expect(service.queued(proposed.address)).toHaveLength(1);
  });

  it('puts nothing there that it is not to, or for which there is no key', async () => {
    const { proposed } = await proposal('1.4.1');
    expect(await look(proposed, null)).toEqual({ safe: proposed, news: [], moved: false });
    const services = new Map([[chain.id, createSafeServiceApi({ baseUrl: service.url, apiKey: null })]]);
    const queues = createSafeQueues(services, account(1).privateKey);
    const later = { proposes: false, signal: new AbortController().signal };
    expect(await lookAtQueue(queues, chain, proposed, later)).toMatchObject({ moved: false });
    expect(service.queued(proposed.address)).toEqual([]);
  });

  it('comes to an end where nobody foresaw what happens', async () => {
    const { proposed } = await proposal('1.4.1');
    const services = new Map([[chain.id, createSafeServiceApi({ baseUrl: service.url, apiKey: null })]]);
    const { address } = account(1);
    const queues = { services, proposer: { address: addressSchema.parse(address), privateKey: '0x12' } as const };
    const options = { proposes: true, signal: new AbortController().signal };
    const silent = { logger: new DefaultLogger('ERROR') };
    const looked = await new MockActivityEnvironment({}, silent).run(() =>
      lookAtQueue(queues, chain, proposed, options),
    );
    expect(looked).toEqual({ safe: proposed, news: [], moved: false });
  });

  it('ends with the worker, and says no trouble of that', async () => {
    const { proposed } = await proposal('1.4.1');
    service.faults.fail('list', { kind: 'hang' }, 1);
    const services = new Map([[chain.id, createSafeServiceApi({ baseUrl: service.url, apiKey: null })]]);
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('the worker stops')), 100);
    const options = { proposes: true, signal: stop.signal };
    await expect(lookAtQueue(createSafeQueues(services, null), chain, proposed, options)).rejects.toThrow('stops');
  });
});
