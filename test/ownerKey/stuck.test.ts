import { createPublicClient, createWalletClient, http, parseGwei } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { dropTransaction, mine, setAutomine, setBaseFee } from '../../stack/localChain/faults.js';
import { useRig } from '../rig/rig.js';
import { registrationsOf, transactionsOfOwner } from './transactions.js';

/** Blocks come with transactions, or when the test says so. */
const rig = useRig({ cloud: { chain: {} }, fees: { ceiling: parseGwei('100'), patience: 500 } });
beforeEach(() => setAutomine(rig.cloud.anvil.rpcUrl, false));
afterEach(async () => {
  await setBaseFee(rig.cloud.anvil.rpcUrl, parseGwei('1'));
  await setAutomine(rig.cloud.anvil.rpcUrl, true);
  await mine(rig.cloud.anvil.rpcUrl);
});

const line = (change: Change, pattern: RegExp): Promise<RegExpExecArray> =>
  rig
    .untilStatus(change, ({ events }) => events.some(({ what }) => pattern.test(what)), `a line like ${pattern}`)
    .then(({ events }) => {
      const found = events.map(({ what }) => pattern.exec(what)).find((match) => match !== null);
      if (!found) throw new Error('the line is gone');
      return found;
    });

/** A change whose transaction waits in the pool. */
async function pendingUpdate() {
  const cvm = await inBlocks(() => rig.addCvm('ownerKey'));
  const change = await rig.countersign.updateCvm(rig.request(cvm));
  const [, hash = ''] = await line(change, /^Signed addComposeHash: transaction (0x\w+), nonce \d+/);
  await expect.poll(() => isKnown(hash), { timeout: 20_000 }).toBe(true);
  return { cvm, change, hash };
}

const isKnown = (hash: string): Promise<boolean> =>
  createPublicClient({ transport: http(rig.cloud.anvil.rpcUrl) })
    .getTransaction({ hash: hash as `0x${string}` })
    .then(
      () => true,
      () => false,
    );

/** Runs something for which blocks have to come. */
async function inBlocks<Result>(work: () => Promise<Result>): Promise<Result> {
  await setAutomine(rig.cloud.anvil.rpcUrl, true);
  const result = await work();
  await setAutomine(rig.cloud.anvil.rpcUrl, false);
  return result;
}

const becomeDear = async (gwei: string): Promise<void> => {
  await setBaseFee(rig.cloud.anvil.rpcUrl, parseGwei(gwei));
  await mine(rig.cloud.anvil.rpcUrl);
};

describe('a change that is withdrawn while its transaction waits', () => {
  it('has the nonce used for nothing: the call is never made, and the next change is not held up', async () => {
    const { cvm, change, hash } = await pendingUpdate();
    const before = await transactionsOfOwner(rig);
    await change.send('cancel', { by: 'alice' });
    const { composeHash, phase } = await change.result();
    expect(phase).toBe('cancelled');
    // The change does not wait for the chain; whichever of the two transactions comes into a block first counts.
    await expect.poll(() => isKnown(hash), { timeout: 20_000 }).toBe(false);
    const other = await inBlocks(async () => {
      await mine(rig.cloud.anvil.rpcUrl);
      const next = await rig.addCvm('ownerKey');
      const update = await rig.countersign.updateCvm(rig.request(next));
      expect(await update.result()).toMatchObject({ phase: 'completed' });
      return next;
    });
    const sent = (await transactionsOfOwner(rig)).slice(before.length);
    const { address } = rig.cloud.ownerKey;
    expect(sent.map(({ to }) => to)).toEqual([address.toLowerCase(), other.appId]);
    expect(sent.map((transaction) => transaction.hash)).not.toContain(hash);
    expect(await registrationsOf(rig, cvm, composeHash)).toBe(0);
    expect(cvm.commits).toHaveLength(0);
  });
});

describe('a transaction before which another one of the key is gone', () => {
  it('is not held up: an empty one takes the nonce that nothing has', async () => {
    const { anvil, ownerKey } = rig.cloud;
    const cvm = await inBlocks(() => rig.addCvm('ownerKey'));
    const before = await transactionsOfOwner(rig);
    // Whoever shares the key has the next nonce, until the node forgets it.
    const account = privateKeyToAccount(ownerKey.privateKey);
    const foreign = await createWalletClient({ account, transport: http(anvil.rpcUrl) }).sendTransaction({
      chain: null,
      to: account.address,
      nonce: before.length,
      maxFeePerGas: parseGwei('10'),
    });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const [, hash = '', nonce] = await line(change, /^Signed addComposeHash: transaction (0x\w+), nonce (\d+)/);
    expect(Number(nonce)).toBe(before.length + 1);
    await expect.poll(() => isKnown(hash), { timeout: 20_000 }).toBe(true);
    await dropTransaction(anvil.rpcUrl, foreign);
    const pending = () =>
      createPublicClient({ transport: http(anvil.rpcUrl) }).getTransactionCount({
        address: account.address,
        blockTag: 'pending',
      });
    expect(await pending()).toBe(before.length);
    await expect.poll(pending, { timeout: 30_000 }).toBe(before.length + 2);
    await setAutomine(anvil.rpcUrl, true);
    await mine(anvil.rpcUrl);
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash: hash });
    const sent = (await transactionsOfOwner(rig)).slice(before.length);
    expect(sent.map(({ to }) => to)).toEqual([account.address.toLowerCase(), cvm.appId]);
    expect(sent[0]?.hash).not.toBe(foreign);
    expect(cvm.commits).toHaveLength(1);
  });
});

describe('a transaction that blocks pass over', () => {
  it('is replaced by one of the same nonce with higher fees, and one of them is mined', async () => {
    const { cvm, change, hash } = await pendingUpdate();
    await becomeDear('40');
    const [, replacement] = await line(change, /replaced by transaction (0x\w+) with higher fees/);
    expect(replacement).not.toBe(hash);
    await setAutomine(rig.cloud.anvil.rpcUrl, true);
    await mine(rig.cloud.anvil.rpcUrl);
    const result = await change.result();
    expect(result).toMatchObject({ phase: 'completed', transactionHash: replacement });
    expect(await registrationsOf(rig, cvm, result.composeHash)).toBe(1);
    expect(cvm.commits).toHaveLength(1);
  });

  it('is not made dearer than the worker may pay, says so, and is mined when the chain is cheaper', async () => {
    const { cvm, change } = await pendingUpdate();
    await becomeDear('300');
    await line(change, /COUNTERSIGN_MAX_FEE_GWEI allows 100/);
    expect((await change.status()).phase).toBe('awaitingRegistration');
    await setBaseFee(rig.cloud.anvil.rpcUrl, parseGwei('2'));
    await setAutomine(rig.cloud.anvil.rpcUrl, true);
    await mine(rig.cloud.anvil.rpcUrl);
    const result = await change.result();
    expect(result.phase).toBe('completed');
    expect(await registrationsOf(rig, cvm, result.composeHash)).toBe(1);
  });

  it('is left as it is while no block comes at all', async () => {
    const { change, hash } = await pendingUpdate();
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await setAutomine(rig.cloud.anvil.rpcUrl, true);
    await mine(rig.cloud.anvil.rpcUrl);
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash: hash });
  });
});
