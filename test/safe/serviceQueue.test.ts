import { privateKeyToAccount } from 'viem/accounts';
import { afterEach, describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import type { ChangeStatus } from '../../model/status.js';
import { useRig } from '../rig/rig.js';
import { addressOf, atTerminal, keyOf, safeOf, signed } from './people.js';
import { confirmInQueue, entryOf, inQueue, linesOf, proposeInQueue, queueOf } from './queuePeople.js';

const rig = useRig({ safeService: { proposerKey: ({ safe }) => safe.owners[2]?.privateKey ?? null } });
afterEach(() => rig.safeService.faults.heal());

const start = async () => {
  const cvm = await rig.addCvm('safe');
  const change = await rig.countersign.updateCvm(rig.request(cvm));
  await rig.until(change, 'awaitingRegistration');
  return { cvm, change };
};

/** A change whose transaction stands in the queue, with the confirmation of the owner who proposes. */
const startInQueue = async () => {
  const { cvm, change } = await start();
  return { cvm, change, waiting: await rig.untilStatus(change, signedBy(2), 'the proposer’s confirmation') };
};

const signedBy =
  (...owners: readonly number[]) =>
  ({ proposal }: ChangeStatus) =>
    owners.every((owner) => proposal?.safe?.signatures.some((one) => one.owner === addressOf(rig, owner)));

const end = async (change: Change) => {
  await change.send('cancel', { by: 'test' });
  await change.result();
};

async function execute(change: Change) {
  const executor = atTerminal(rig, 'eve', keyOf(rig, 1));
  const { code, stderr } = await executor('execute', change.id, '--rpc-url', rig.cloud.anvil.rpcUrl);
  expect(code, stderr).toBe(0);
  return change.result();
}

describe('the queue of a Safe', () => {
  it('is given the transaction once, and what owners confirm there is executed', async () => {
    const { cvm, change } = await start();
    const queued = await rig.untilStatus(change, inQueue, 'an entry in the queue');
    const { address, transactionHash, transaction } = safeOf(queued);
    expect(rig.safeService.queued(address)).toMatchObject([
      { safeTxHash: transactionHash, origin: '{"name":"Countersign"}', proposedByDelegate: null, trusted: true },
    ]);
    expect(entryOf(rig, queued).transaction.to.toLowerCase()).toBe(transaction?.to);
    // The proposer is an owner: its own signature counts as any other.
    const once = await rig.untilStatus(change, signedBy(2), 'the proposer’s confirmation');
    expect(safeOf(once).signatures).toMatchObject([{ owner: addressOf(rig, 2), kind: 'key', by: null }]);
    await confirmInQueue(rig, once, keyOf(rig, 0));
    const ready = await rig.untilStatus(change, signedBy(0, 2), 'the second confirmation');
    expect(ready.awaiting).toContain('2 of 3 owners signed');
    const lines = await linesOf(change);
    expect(lines).toContain(`Signed by owner ${addressOf(rig, 2)} in Safe's queue: 1 of 2 that are needed.`);
    expect(lines).toContain(`Signed by owner ${addressOf(rig, 0)} in Safe's queue: 2 of 2 that are needed.`);
    expect(lines.match(/^Proposed in Safe's queue by 0x/gm)).toHaveLength(1);
    const shown = await atTerminal(rig, 'eve')('show', change.id);
    expect(shown.stdout).toMatch(/^queue +in Safe's queue since 20/m);
    expect(await execute(change)).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
    expect(rig.safeService.faults.calls('propose')).toBe(1);
  });

  it('is brought the signatures that are collected here, at once', async () => {
    const { change, waiting } = await startInQueue();
    await change.send('sign', { by: 'alice', signature: await signed(rig, waiting, keyOf(rig, 0)) });
    await expect.poll(() => entryOf(rig, waiting).confirmations.length, { timeout: 4_000 }).toBe(2);
    // As a message, too: the form that some wallets give.
    const { transactionHash } = safeOf(waiting);
    const message = await privateKeyToAccount(keyOf(rig, 1)).signMessage({ message: { raw: transactionHash } });
    await change.send('sign', { by: 'bob', signature: message });
    await expect
      .poll(() => entryOf(rig, waiting).confirmations.map((one) => one.signatureType), { timeout: 4_000 })
      .toEqual(['EOA', 'EOA', 'ETH_SIGN']);
    expect(await execute(change)).toMatchObject({ phase: 'completed' });
  });

  it('does not make a confirmation count that the Safe does not accept', async () => {
    const { change, waiting } = await startInQueue();
    const wrong = await signed(rig, waiting, keyOf(rig, 0), { chainId: 1 });
    const [owner] = rig.cloud.safe.owners;
    if (!owner) throw new Error('the Safe has no owner');
    rig.safeService.forge(safeOf(waiting).transactionHash, {
      owner: owner.address,
      signature: wrong,
      signatureType: 'EOA',
    });
    const asked = rig.safeService.faults.calls('list');
    await expect.poll(() => rig.safeService.faults.calls('list'), { timeout: 20_000 }).toBeGreaterThan(asked + 1);
    expect(safeOf(await change.status()).signatures).toHaveLength(1);
    // The right one counts, though another stands in its place there.
    await change.send('sign', { by: 'alice', signature: await signed(rig, waiting, keyOf(rig, 0)) });
    expect(await execute(change)).toMatchObject({ phase: 'completed' });
  });

  it('that says something is executed is not believed', async () => {
    const { change, waiting } = await startInQueue();
    rig.safeService.claimExecuted(safeOf(waiting).transactionHash);
    const asked = rig.safeService.faults.calls('list');
    await expect.poll(() => rig.safeService.faults.calls('list'), { timeout: 20_000 }).toBeGreaterThan(asked + 1);
    const status = await change.status();
    expect(status.phase).toBe('awaitingRegistration');
    expect(queueOf(status)).toMatchObject({ since: expect.any(String), times: 1 });
    expect(await linesOf(change)).not.toContain('deleted');
    await end(change);
  });

  it('is given again what somebody has deleted, three times in all, and that is said', async () => {
    const { change, waiting } = await startInQueue();
    const { transactionHash, address } = safeOf(waiting);
    for (const times of [2, 3]) {
      rig.safeService.remove(transactionHash);
      const again = (status: ChangeStatus) => queueOf(status)?.times === times && inQueue(status);
      await rig.untilStatus(change, again, `entry ${times}`);
    }
    rig.safeService.remove(transactionHash);
    const left = await rig.untilStatus(change, (status) => !inQueue(status), 'no entry any more');
    const asked = rig.safeService.faults.calls('list');
    await expect.poll(() => rig.safeService.faults.calls('list'), { timeout: 20_000 }).toBeGreaterThan(asked);
    expect(rig.safeService.queued(address).filter(({ safeTxHash }) => safeTxHash === transactionHash)).toEqual([]);
    const lines = await linesOf(change);
    expect(lines.match(/^Somebody has deleted it/gm)).toHaveLength(3);
    expect(lines).toContain('It was there 3 times, and is not proposed there again.');
    // What was signed there still counts.
    expect(safeOf(left).signatures).toMatchObject([{ owner: addressOf(rig, 2) }]);
    await end(change);
  });

  it('that holds another transaction of the same nonce is told of once', async () => {
    const { change, waiting } = await startInQueue();
    const rival = await proposeInQueue(rig, waiting, keyOf(rig, 0), { data: '0xabcd' });
    const told = await rig.untilStatus(change, (status) => queueOf(status)?.rivals.length === 1, 'a rival');
    expect(queueOf(told)?.rivals).toEqual([rival]);
    const asked = rig.safeService.faults.calls('list');
    await expect.poll(() => rig.safeService.faults.calls('list'), { timeout: 20_000 }).toBeGreaterThan(asked);
    const { nonce } = safeOf(waiting);
    const said = `Another transaction with nonce ${nonce} stands in Safe's queue: ${rival}.`;
    expect((await linesOf(change)).split(said)).toHaveLength(2);
    await end(change);
  });

  it.each(['reset', 'loseReply'] as const)('whose answer is lost (%s) holds one entry', async (kind) => {
    const proposed = rig.safeService.faults.calls('propose');
    rig.safeService.faults.fail('propose', { kind }, 1);
    const { change } = await start();
    const waiting = await rig.untilStatus(change, signedBy(2), 'the proposer’s confirmation');
    const { address, transactionHash } = safeOf(waiting);
    const ours = rig.safeService.queued(address).filter(({ safeTxHash }) => safeTxHash === transactionHash);
    expect(ours).toHaveLength(1);
    expect(rig.safeService.faults.calls('propose') - proposed).toBe(kind === 'reset' ? 2 : 1);
    expect(queueOf(waiting)?.times).toBe(1);
    // The answer to a signature, too.
    rig.safeService.faults.fail('confirm', { kind }, 1);
    await change.send('sign', { by: 'alice', signature: await signed(rig, waiting, keyOf(rig, 0)) });
    await expect.poll(() => entryOf(rig, waiting).confirmations.length, { timeout: 20_000 }).toBe(2);
    expect(await execute(change)).toMatchObject({ phase: 'completed' });
  });

  it('carries a whole batch', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.changeAllowlist({
      appId: cvm.appId,
      requestedBy: 'test',
      policy: { finality: 'latest' },
      steps: [
        { action: 'addDevice', device: { deviceId: `0x${'34'.repeat(32)}` } },
        { action: 'setAllowAnyDevice', allowed: true },
      ],
    });
    const waiting = await rig.untilStatus(change, signedBy(2), 'the proposer’s confirmation');
    expect(entryOf(rig, waiting).transaction.operation).toBe(1);
    await confirmInQueue(rig, waiting, keyOf(rig, 0));
    await rig.untilStatus(change, signedBy(0, 2), 'the second confirmation');
    expect(await execute(change)).toMatchObject({ phase: 'completed' });
  });

  it('costs no history while nothing happens in it', async () => {
    const { change } = await startInQueue();
    await change.send('comment', { by: 'test', reason: 'from here on' });
    const before = await rig.substance(change);
    const asked = rig.safeService.faults.calls('list');
    await expect.poll(() => rig.safeService.faults.calls('list'), { timeout: 30_000 }).toBeGreaterThan(asked + 1);
    expect(await rig.substance(change)).toEqual(before);
    await end(change);
  });
});
