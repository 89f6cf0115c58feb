import { createTestClient, encodeFunctionData, http, pad, parseAbi, parseEther, walletActions } from 'viem';
import { afterEach, describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import type { ChangeStatus } from '../../model/status.js';
import type { SimulatedCvm } from '../../simulator/simulatedCvm.js';
import type { AnvilAccount } from '../../stack/localChain/anvilAccounts.js';
import { deployTimelock } from '../../stack/localChain/deployTimelock.js';
import { mine, reorg, setAutomine } from '../../stack/localChain/faults.js';
import { sendCall } from '../../stack/localChain/sendCall.js';
import { useReceiver } from '../rig/receiver.js';
import { useRig } from '../rig/rig.js';
import { safeOf, signed } from '../safe/people.js';
import { patient } from '../watcher/patient.js';
import { sightingsOf, untilItLooked, untilItWaits } from '../watcher/seen.js';

const receiver = await useReceiver();

const ownership = parseAbi(['function transferOwnership(address newOwner)']);
const transferTo = (address: `0x${string}`) =>
  encodeFunctionData({ abi: ownership, functionName: 'transferOwnership', args: [address] });

const linesOf = ({ events }: ChangeStatus): string => events.map(({ what }) => what).join('\n');

/** Makes a call as an account whose key nobody has. */
async function callAs(rpcUrl: string, account: `0x${string}`, to: `0x${string}`, data: `0x${string}`): Promise<void> {
  const node = createTestClient({ mode: 'anvil', transport: http(rpcUrl) }).extend(walletActions);
  await node.setBalance({ address: account, value: parseEther('1') });
  await node.impersonateAccount({ address: account });
  await node.sendTransaction({ account, to, data, chain: null });
}

const transferred = (change: ChangeStatus, to: string) =>
  change.phase === 'awaitingRegistration' && change.proposal?.owner === to.toLowerCase();

describe('an app that gets another owner while a change waits', () => {
  const rig = useRig({ watcher: true, activities: patient, notifications: receiver.environment });
  const account = (number: number) => {
    const found = rig.cloud.anvil.accounts[number];
    if (!found) throw new Error('the chain has too few accounts');
    return found;
  };
  const asked = (change: Change, owner: string) =>
    rig.untilStatus(change, (status) => transferred(status, owner), `a proposal to ${owner}`);
  const call = (cvm: SimulatedCvm, data: `0x${string}`, sender: `0x${string}`) =>
    sendCall({ rpcUrl: rig.cloud.anvil.rpcUrl, to: cvm.appId, data, sender });
  const callOf = ({ proposal }: ChangeStatus) => proposal?.calls[0]?.data ?? '0x';
  /** Who was told to register, in the order in which they were. */
  const told = (change: Change) =>
    receiver
      .of(change.id)
      .filter(({ body }) => body.event === 'change.awaitingRegistration')
      .map(({ body }) => body.registration?.owner);

  it('asks the new one, where a Safe was asked before: what was signed is void', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await untilItWaits(rig, change);
    const [before, next] = [safeOf(waiting).address, account(7)];
    const [first] = rig.cloud.safe.owners;
    await change.send('sign', { by: 'alice', signature: await signed(rig, waiting, first?.privateKey ?? '0x') });
    await rig.callThroughSafe({ to: cvm.appId, data: transferTo(next.address) });
    const renewed = await asked(change, next.address);
    expect(renewed.proposal).toMatchObject({
      registrar: 'external',
      safe: null,
      fromBlock: waiting.proposal?.fromBlock,
    });
    const owner = next.address.toLowerCase();
    expect(linesOf(renewed)).toMatch(
      new RegExp(
        `is owned by ${owner} now, not by ${before}\\. The signature for it is void\\. It is proposed anew\\.`,
      ),
    );
    await expect.poll(() => told(change), { timeout: 20_000 }).toEqual([before, owner]);
    const transactionHash = await call(cvm, callOf(renewed), next.privateKey);
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    expect(cvm.commits).toHaveLength(1);
  });

  it('asks the new ones, one after the other: a timelock, and the engine itself where its key owns the contract', async () => {
    const { anvil, ownerKey } = rig.cloud;
    const first = account(7);
    const cvm = await rig.addCvm(first.address);
    const owner = await deployTimelock({ rpcUrl: anvil.rpcUrl, minDelaySeconds: 3_600, proposers: [first.address] });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await untilItWaits(rig, change);
    await call(cvm, transferTo(owner), first.privateKey);
    const renewed = await asked(change, owner);
    expect(renewed.proposal).toMatchObject({ registrar: 'timelock', timelock: { address: owner.toLowerCase() } });
    await untilItLooked(change);
    await callAs(anvil.rpcUrl, owner, cvm.appId, transferTo(ownerKey.address));
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(linesOf(await change.status())).toContain(`is owned by ${ownerKey.address.toLowerCase()} now`);
    expect((await sightingsOf(rig, change)).map(({ kind }) => kind)).toEqual(['ownership', 'ownership']);
    expect(cvm.commits).toHaveLength(1);
  });
});

describe('an app that gets another owner, with nobody who tells', () => {
  const rig = useRig({ cloud: { chain: {} } });
  afterEach(() => setAutomine(rig.cloud.anvil.rpcUrl, true));
  const transfer = (cvm: SimulatedCvm, from: AnvilAccount, to: AnvilAccount) =>
    sendCall({ rpcUrl: rig.cloud.anvil.rpcUrl, to: cvm.appId, data: transferTo(to.address), sender: from.privateKey });
  const people = () => {
    const [, , , , , , , one, other] = rig.cloud.anvil.accounts;
    if (!one || !other) throw new Error('the chain has too few accounts');
    return [one, other] as const;
  };
  const asked = (change: Change, owner: string) =>
    rig.untilStatus(change, (status) => transferred(status, owner), `a proposal to ${owner}`);

  it('is noticed by the change itself, and so is a reorganisation that gives it back', async () => {
    const [before, next] = people();
    const cvm = await rig.addCvm(before.address);
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await rig.until(change, 'awaitingRegistration');
    await transfer(cvm, before, next);
    await asked(change, next.address);
    const events = await rig.substance(change);
    await untilItLooked(change);
    expect(await rig.substance(change)).toEqual(events);
    await reorg(rig.cloud.anvil.rpcUrl, 1);
    await asked(change, before.address);
    await change.send('cancel', { by: 'test' });
    expect(await change.result()).toMatchObject({ phase: 'cancelled' });
    expect(cvm.commits).toHaveLength(0);
  });

  it('blocks a change whose request names a Safe, and fails none that people have signed', async () => {
    const [next] = people();
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm, { registrar: 'safe' }));
    await rig.until(change, 'awaitingRegistration');
    await rig.callThroughSafe({ to: cvm.appId, data: transferTo(next.address) });
    const { blocked } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'RequestRefused', message: expect.stringContaining('is not a Safe') });
    // Given back: it goes on.
    await sendCall({
      rpcUrl: rig.cloud.anvil.rpcUrl,
      to: cvm.appId,
      data: transferTo(rig.cloud.safe.address),
      sender: next.privateKey,
    });
    await change.send('retry', { by: 'operator' });
    expect(await rig.carryOut(change)).toMatchObject({ phase: 'completed' });
  });

  it('while the owner key’s transaction is under way asks the new one, and blocks nothing', async () => {
    const { anvil } = rig.cloud;
    const [next] = people();
    const cvm = await rig.addCvm('ownerKey');
    await setAutomine(anvil.rpcUrl, false);
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await rig.untilStatus(change, ({ events }) => /^Signed/.test(events.at(-1)?.what ?? ''), 'a signature');
    // The owner is the first thing that the contract keeps.
    const value = pad(next.address);
    await createTestClient({ mode: 'anvil', transport: http(anvil.rpcUrl) }).setStorageAt({
      address: cvm.appId,
      index: 0,
      value,
    });
    await setAutomine(anvil.rpcUrl, true);
    await mine(anvil.rpcUrl);
    const renewed = await asked(change, next.address);
    expect(renewed.proposal).toMatchObject({ registrar: 'external' });
    expect(linesOf(renewed)).not.toContain('Blocked');
    const { to, data } = renewed.proposal?.calls[0] ?? {};
    if (!to || !data) throw new Error('nothing is asked for');
    const transactionHash = await sendCall({ rpcUrl: anvil.rpcUrl, to, data, sender: next.privateKey });
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    expect(cvm.commits).toHaveLength(1);
  });
});
