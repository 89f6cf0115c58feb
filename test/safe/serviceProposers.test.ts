import { parseEther } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import type { ChangeStatus } from '../../model/status.js';
import { advanceChain } from '../../stack/localChain/advanceChain.js';
import { deployTimelock } from '../../stack/localChain/deployTimelock.js';
import { setBalance } from '../../stack/localChain/faults.js';
import { type Rig, useRig } from '../rig/rig.js';
import { addressOf, atTerminal, keyOf, safeOf, signed } from './people.js';
import { confirmInQueue, entryOf, inQueue, linesOf, proposeInQueue, queueOf } from './queuePeople.js';

const start = async (rig: Rig) => {
  const cvm = await rig.addCvm('safe');
  const change = await rig.countersign.updateCvm(rig.request(cvm));
  return { cvm, change, waiting: await rig.until(change, 'awaitingRegistration') };
};

const signedBySome = (count: number) => (status: ChangeStatus) =>
  status.phase === 'awaitingRegistration' && safeOf(status).signatures.length === count;

async function execute(rig: Rig, change: Change): Promise<void> {
  const executor = atTerminal(rig, 'eve', keyOf(rig, 1));
  const { code, stderr } = await executor('execute', change.id, '--rpc-url', rig.cloud.anvil.rpcUrl);
  expect(code, stderr).toBe(0);
}

const delegateKey = generatePrivateKey();
const delegate = privateKeyToAccount(delegateKey).address;

describe('a delegate of an owner', () => {
  const rig = useRig({ safeService: { proposerKey: () => delegateKey } });
  const isDelegate = () =>
    rig.safeService.addDelegate(rig.cloud.safe.address, delegate, rig.cloud.safe.owners[0]?.address ?? '');

  it('that the service does not know yet is refused, which is said once and holds nothing up', async () => {
    const { change, waiting } = await start(rig);
    const said = await rig.untilStatus(change, (status) => queueOf(status)?.trouble != null, 'a refusal');
    expect(queueOf(said)?.trouble).toContain('answered 422');
    const asked = rig.safeService.faults.calls('propose');
    await expect.poll(() => rig.safeService.faults.calls('propose'), { timeout: 20_000 }).toBeGreaterThan(asked);
    expect((await linesOf(change)).match(/^Safe's queue is of no use now/gm)).toHaveLength(1);
    // An owner has let it propose meanwhile.
    isDelegate();
    const queued = await rig.untilStatus(change, inQueue, 'an entry in the queue');
    expect(queueOf(queued)?.trouble).toBeNull();
    await rig.signAndExecute(waiting);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
  });

  it('proposes, and its signature counts for none of an owner', async () => {
    isDelegate();
    const { change } = await start(rig);
    const queued = await rig.untilStatus(change, inQueue, 'an entry in the queue');
    expect(entryOf(rig, queued)).toMatchObject({ proposedByDelegate: delegate, confirmations: [] });
    await confirmInQueue(rig, queued, keyOf(rig, 0));
    const one = await rig.untilStatus(change, signedBySome(1), 'one signature');
    expect(safeOf(one).signatures).toMatchObject([{ owner: addressOf(rig, 0), by: null }]);
    // One there and one here.
    await change.send('sign', { by: 'bob', signature: await signed(rig, one, keyOf(rig, 1)) });
    await execute(rig, change);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
  });
});

describe('workers that propose and execute', () => {
  const relayerKey = generatePrivateKey();
  const relayer = privateKeyToAccount(relayerKey).address;
  const rig = useRig({ relayerKey, safeService: { proposerKey: ({ safe }) => safe.owners[2]?.privateKey ?? null } });
  beforeAll(() => setBalance(rig.cloud.anvil.rpcUrl, relayer, parseEther('10')));

  it('leave nothing to do but to sign in the Safe app', async () => {
    const { cvm, change } = await start(rig);
    await confirmInQueue(rig, await rig.untilStatus(change, inQueue, 'an entry in the queue'), keyOf(rig, 0));
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });
});

describe('workers that do not propose', () => {
  const rig = useRig({ safeService: { proposerKey: () => null } });
  afterEach(() => rig.safeService.faults.heal());

  it('follow what an owner has put into the queue', async () => {
    const { cvm, change, waiting } = await start(rig);
    await change.send('sign', { by: 'alice', signature: await signed(rig, waiting, keyOf(rig, 0)) });
    await proposeInQueue(rig, waiting, keyOf(rig, 1));
    const both = await rig.untilStatus(change, signedBySome(2), 'two signatures');
    expect(safeOf(both).signatures.map(({ owner, by }) => [owner, by])).toEqual([
      [addressOf(rig, 0), 'alice'],
      [addressOf(rig, 1), null],
    ]);
    const lines = await linesOf(change);
    expect(lines).toContain("It stands in Safe's queue.");
    expect(lines).toContain(`Signed by owner ${addressOf(rig, 1)} in Safe's queue: 2 of 2 that are needed.`);
    await expect.poll(() => entryOf(rig, both).confirmations.length, { timeout: 10_000 }).toBe(2);
    await execute(rig, change);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
    expect(rig.safeService.faults.calls('propose')).toBe(1);
  });

  it('say nothing of a queue in which there is nothing', async () => {
    const { change, waiting } = await start(rig);
    const asked = rig.safeService.faults.calls('list');
    await expect.poll(() => rig.safeService.faults.calls('list'), { timeout: 20_000 }).toBeGreaterThan(asked);
    expect(queueOf(await change.status())).toBeNull();
    expect(await linesOf(change)).not.toContain('queue');
    await rig.signAndExecute(waiting);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
  });
});

describe.each([
  ['refuses every call', { kind: 'status', status: 401 }],
  ['never answers', { kind: 'hang' }],
  ['breaks every connection', { kind: 'reset' }],
] as const)('a service that %s', (_what, fault) => {
  const rig = useRig({ safeService: { proposerKey: () => delegateKey } });
  beforeAll(() => rig.safeService.faults.fail('*', fault));

  it('holds nothing up, and is told of once', async () => {
    const { cvm, change, waiting } = await start(rig);
    for (const owner of [0, 1]) {
      await change.send('sign', { by: `owner ${owner}`, signature: await signed(rig, waiting, keyOf(rig, owner)) });
    }
    await rig.untilStatus(change, (status) => queueOf(status)?.trouble != null, 'a trouble');
    const asked = rig.safeService.faults.calls('list');
    await expect.poll(() => rig.safeService.faults.calls('list'), { timeout: 30_000 }).toBeGreaterThan(asked);
    await execute(rig, change);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect((await linesOf(change)).match(/queue/g)).toHaveLength(1);
    expect(cvm.commits).toHaveLength(1);
  });
});

describe('a timelock whose proposer and executor is a Safe', () => {
  const rig = useRig({ safeService: { proposerKey: ({ safe }) => safe.owners[2]?.privateKey ?? null } });

  it('has each of its two steps proposed when it can be made, and signed in the queue', async () => {
    const { rpcUrl } = rig.cloud.anvil;
    const proposers = [rig.cloud.safe.address];
    const owner = await deployTimelock({ rpcUrl, minDelaySeconds: 3_600, proposers, executors: proposers });
    const cvm = await rig.addCvm(owner);
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const inState = (state: string) => (status: ChangeStatus) => status.proposal?.timelock?.operation.state === state;

    const queued = await rig.untilStatus(change, signedBySome(1), 'the proposer’s confirmation');
    await confirmInQueue(rig, queued, keyOf(rig, 0));
    await rig.untilStatus(change, signedBySome(2), 'two signatures');
    await execute(rig, change);
    const scheduled = await rig.untilStatus(change, inState('scheduled'), 'an operation that is scheduled');
    const asked = rig.safeService.faults.calls('list');
    await expect.poll(() => rig.safeService.faults.calls('list'), { timeout: 20_000 }).toBeGreaterThan(asked);
    // While the delay runs it would stand in the way of everything else that the Safe has to do.
    expect(() => entryOf(rig, scheduled)).toThrow('is not in the queue');

    await advanceChain(rpcUrl, 3_600);
    const isReady = (status: ChangeStatus) => inState('ready')(status) && signedBySome(1)(status);
    const ready = await rig.untilStatus(change, isReady, 'the proposer’s confirmation of the execution');
    await confirmInQueue(rig, ready, keyOf(rig, 1));
    await rig.untilStatus(change, signedBySome(2), 'two signatures');
    await execute(rig, change);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    const lines = await linesOf(change);
    expect(lines.match(/^Proposed in Safe's queue/gm)).toHaveLength(2);
    expect(lines.match(/^Signed by owner 0x[0-9a-f]+ in Safe's queue/gm)).toHaveLength(4);
    expect(lines.match(/^Now the timelock's operation/gm)?.length).toBe(2);
  });
});
