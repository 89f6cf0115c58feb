import { createPublicClient, createWalletClient, http, parseGwei } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterEach, describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { dropTransaction, mine, setAutomine, setCode } from '../../stack/localChain/faults.js';
import { useRig } from '../rig/rig.js';

/** Blocks come with transactions, or not at all while the test says so. */
const rig = useRig({ cloud: { chain: {} } });
afterEach(() => setAutomine(rig.cloud.anvil.rpcUrl, true));

/** A change whose transaction of the owner key waits in the pool: its hash and its nonce. */
async function withPendingTransaction(start: () => Promise<Change>) {
  await setAutomine(rig.cloud.anvil.rpcUrl, false);
  const change = await start();
  const signed = await rig.untilStatus(
    change,
    ({ events }) => /^Signed/.test(events.at(-1)?.what ?? ''),
    'a signature',
  );
  const [, hash, nonce] = /transaction (0x\w+), nonce (\d+)/.exec(signed.events.at(-1)?.what ?? '') ?? [];
  const client = createPublicClient({ transport: http(rig.cloud.anvil.rpcUrl) });
  const known = () => client.getTransaction({ hash: hash as `0x${string}` }).catch(() => null);
  await expect.poll(known, { timeout: 20_000 }).not.toBeNull();
  return { change, hash: hash as `0x${string}`, nonce: Number(nonce) };
}

/** Somebody else uses the owner key, and pays more for the same nonce. */
async function replace(nonce: number): Promise<void> {
  const { anvil, ownerKey } = rig.cloud;
  const account = privateKeyToAccount(ownerKey.privateKey);
  const [maxFeePerGas, maxPriorityFeePerGas] = [parseGwei('500'), parseGwei('400')];
  await createWalletClient({ account, transport: http(anvil.rpcUrl) }).sendTransaction({
    chain: null,
    to: account.address,
    value: 0n,
    nonce,
    maxFeePerGas,
    maxPriorityFeePerGas,
  });
  await setAutomine(anvil.rpcUrl, true);
  await mine(anvil.rpcUrl);
}

const signaturesOf = async (change: Change): Promise<number> =>
  (await change.status()).events.filter(({ what }) => what.startsWith('Signed')).length;

// One after the other: there is one owner key.
describe('a transaction of the owner key', () => {
  it('that is replaced by another one of its nonce is signed again, and the hash is registered once', async () => {
    const cvm = await rig.addCvm('ownerKey');
    const { change, nonce } = await withPendingTransaction(() => rig.countersign.updateCvm(rig.request(cvm)));
    await replace(nonce);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(await signaturesOf(change)).toBe(2);
    expect((await change.status()).events.map(({ what }) => what)).toContain(
      `Another transaction took nonce ${nonce}; a new one is signed.`,
    );
    expect(cvm.commits).toHaveLength(1);
  });

  it('that deploys an app and is replaced is signed again, and there is one CVM', async () => {
    const name = rig.name();
    const { change, nonce } = await withPendingTransaction(() =>
      rig.countersign.provisionCvm({
        name,
        compose: { dockerComposeFile: 'services: {}\n' },
        kms: 'ethereum',
        requestedBy: 'test',
        policy: { finality: 'latest' },
      }),
    );
    await replace(nonce);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(await signaturesOf(change)).toBe(2);
    expect(rig.cloud.simulator.cvms().filter((cvm) => cvm.name === name)).toHaveLength(1);
  });

  it('that the nodes forget is sent again as it is', async () => {
    const cvm = await rig.addCvm('ownerKey');
    const { change, hash } = await withPendingTransaction(() => rig.countersign.updateCvm(rig.request(cvm)));
    const { rpcUrl } = rig.cloud.anvil;
    await dropTransaction(rpcUrl, hash);
    await setAutomine(rpcUrl, true);
    // It may have been sent again in between.
    await mine(rpcUrl);
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash: hash });
    expect(await signaturesOf(change)).toBe(1);
    expect(cvm.commits).toHaveLength(1);
  });

  it('that is reverted blocks the change, and retry signs a new one', async () => {
    const cvm = await rig.addCvm('ownerKey');
    const { rpcUrl } = rig.cloud.anvil;
    const code = await createPublicClient({ transport: http(rpcUrl) }).getCode({ address: cvm.appId });
    const { change } = await withPendingTransaction(() => rig.countersign.updateCvm(rig.request(cvm)));
    // The contract refuses everything from the moment on in which the transaction is mined.
    await setCode(rpcUrl, cvm.appId, '0x60006000fd');
    await setAutomine(rpcUrl, true);
    await mine(rpcUrl);
    const { blocked } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'OwnerKeyTransactionReverted', effect: 'none' });
    expect(cvm.commits).toHaveLength(0);
    await setCode(rpcUrl, cvm.appId, code ?? '0x');
    await change.send('retry', { by: 'operator' });
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(await signaturesOf(change)).toBe(2);
    expect(cvm.commits).toHaveLength(1);
  });
});
