import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type RpcFault, type RpcProxy, startRpcProxy } from '../../stack/localChain/rpcProxy.js';
import { commitRoutes } from '../rig/commitRoutes.js';
import { useRig } from '../rig/rig.js';

let proxy: RpcProxy;
/** The engine reads the chain through a proxy; the cloud and the signers do not. */
const rig = useRig({
  async rpcUrl({ anvil }) {
    proxy = await startRpcProxy(anvil.rpcUrl);
    return proxy.url;
  },
});
afterEach(() => proxy.heal());
afterAll(() => proxy.stop());

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const outages: readonly (readonly [string, RpcFault])[] = [
  ['breaks every connection', { kind: 'reset' }],
  ['is overloaded', { kind: 'status', status: 429, retryAfterSeconds: 1 }],
  ['serves a page of HTML', { kind: 'html' }],
  ['answers null to everything', { kind: 'result', result: null }],
];

// One after the other: an outage strikes whoever asks.
describe('a node that', () => {
  it.each(outages)('%s holds a change up in each of its phases, and ends none', async (_how, fault) => {
    const cvm = await rig.addCvm('safe');
    proxy.fail('*', fault);
    const change = await rig.countersign.updateCvm(rig.request(cvm, { policy: { finality: 2 } }));
    await pause(1_200);
    expect(await change.status()).toMatchObject({ phase: 'preparing', proposal: null, blocked: null });
    proxy.heal();
    const waiting = await rig.until(change, 'awaitingRegistration');
    proxy.fail('*', fault);
    await rig.signAndExecute(waiting);
    await pause(1_200);
    expect(await change.status()).toMatchObject({ phase: 'awaitingRegistration', registration: null, blocked: null });
    proxy.heal();
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });

  it('shows no contract for a while lets a change wait on, and blocks none', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    proxy.fail('eth_call', { kind: 'result', result: '0x' });
    // The first look of a change that waits comes after some five seconds.
    await expect
      .poll(() => change.pending(), { timeout: 20_000 })
      .toMatchObject([{ lastFailure: { type: 'ChainUnavailable' } }]);
    expect(await change.status()).toMatchObject({ phase: 'awaitingRegistration', blocked: null });
    proxy.heal();
    await rig.register(change, waiting);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });

  it('is gone for a while does not keep the owner key from deploying an app once', async () => {
    const name = rig.name();
    proxy.fail('eth_sendRawTransaction', { kind: 'loseReply' }, 2);
    proxy.fail('eth_getTransactionReceipt', { kind: 'reset' }, 3);
    const change = await rig.countersign.provisionCvm({
      name,
      compose: { dockerComposeFile: 'services: {}\n' },
      kms: 'ethereum',
      requestedBy: 'test',
      policy: { finality: 'latest' },
    });
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    const { events } = await change.status();
    expect(events.filter(({ what }) => what.startsWith('Signed'))).toHaveLength(1);
    expect(rig.cloud.simulator.cvms().filter((cvm) => cvm.name === name)).toHaveLength(1);
  });

  it('lags behind lets nothing count before it has caught up', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm, { policy: { finality: 2 } }));
    const waiting = await rig.until(change, 'awaitingRegistration');
    // Its newest block is one of long ago, whatever it says of states and receipts.
    proxy.fail('eth_blockNumber', { kind: 'result', result: '0x1' });
    // The answer is given only when it is final, or in doubt for a while.
    void rig.register(change, waiting).catch(() => {});
    await rig.until(change, 'verifying');
    await pause(2_000);
    expect(await change.status()).toMatchObject({ phase: 'verifying', registration: { final: false } });
    expect(cvm.commits).toHaveLength(0);
    proxy.heal();
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });
});

describe('a node of another chain', () => {
  const ofMainnet: RpcFault = { kind: 'result', result: '0x1' };

  it('blocks a change before anybody is asked to sign', async () => {
    proxy.fail('eth_chainId', ofMainnet);
    const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm('safe')));
    const { blocked, proposal } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'ChainMismatch', effect: 'none' });
    expect(blocked?.message).toContain('leads to chain 1, not to chain 31337');
    expect(proposal).toBeNull();
    proxy.heal();
    await change.send('retry', { by: 'operator' });
    expect(await rig.carryOut(change)).toMatchObject({ phase: 'completed' });
  });

  it('verifies nothing: what it shows of a registration does not count', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    proxy.fail('eth_chainId', ofMainnet);
    await rig.signAndExecute(waiting);
    expect((await rig.until(change, 'blocked')).blocked).toMatchObject({ failure: 'ChainMismatch' });
    expect(cvm.commits).toHaveLength(0);
    proxy.heal();
    await change.send('retry', { by: 'operator' });
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });

  it('lets no change that is held before its commit go on', async () => {
    const held = await Promise.all(
      commitRoutes.filter(({ name }) => /token|app/.test(name)).map(({ hold }) => hold(rig)),
    );
    proxy.fail('eth_chainId', ofMainnet);
    for (const { change, release, effects } of held) {
      await release();
      expect((await rig.until(change, 'blocked')).blocked).toMatchObject({ failure: 'ChainMismatch' });
      expect(effects()).toBe(0);
    }
    proxy.heal();
    for (const { change, effects } of held) {
      await change.send('retry', { by: 'operator' });
      expect(await change.result()).toMatchObject({ phase: 'completed' });
      expect(effects()).toBe(1);
    }
  });
});
