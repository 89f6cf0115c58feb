import { encodeFunctionData, parseAbi } from 'viem';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import type { ChangeStatus } from '../../model/status.js';
import { advanceChain } from '../../stack/localChain/advanceChain.js';
import { deployTimelock } from '../../stack/localChain/deployTimelock.js';
import { executeSafeTransaction } from '../../stack/localChain/executeSafeTransaction.js';
import { type Rig, useRig } from '../rig/rig.js';
import { addressOf, atTerminal, keyOf, safeOf, signed } from './people.js';

const start = async (on: Rig) => {
  const cvm = await on.addCvm('safe');
  const change = await on.countersign.updateCvm(on.request(cvm));
  return { cvm, change, waiting: await on.until(change, 'awaitingRegistration') };
};

const sign = async (on: Rig, change: Change, status: ChangeStatus, owner: number) =>
  change.send('sign', { by: `owner ${owner}`, signature: await signed(on, status, keyOf(on, owner)) });

const linesOf = async (change: Change) => (await change.status()).events.map(({ what }) => what).join('\n');

const withNonce = (nonce: number) => (status: ChangeStatus) =>
  status.phase === 'awaitingRegistration' && status.proposal?.safe?.nonce === nonce;

/** Signs what is proposed now from two terminals, has it executed, and waits for the end. */
async function carryOutByTerminal(on: Rig, change: Change) {
  for (const owner of [0, 1]) {
    const { code, stderr } = await atTerminal(on, `owner ${owner}`, keyOf(on, owner))('sign', change.id);
    expect(code, stderr).toBe(0);
  }
  const executor = atTerminal(on, 'eve', keyOf(on, 2));
  const { code, stderr } = await executor('execute', change.id, '--rpc-url', on.cloud.anvil.rpcUrl);
  expect(code, stderr).toBe(0);
  return change.result();
}

/** Any address that has no code takes any call. */
const nobody = '0x00000000000000000000000000000000000000aa';

describe.each([
  ['of today', '1.5.0'],
  ['whose events have another shape', '1.3.0'],
] as const)('a proposal for a Safe %s: %s', (_what, safeVersion) => {
  const on = useRig({ cloud: { safeVersion } });

  it('whose nonce another transaction took is proposed anew, and the signature for it is void', async () => {
    const { cvm, change, waiting } = await start(on);
    const { nonce, address } = safeOf(waiting);
    await sign(on, change, waiting, 0);
    const stale = await signed(on, waiting, keyOf(on, 1));
    const { transactionHash } = await on.callThroughSafe({ to: nobody, data: '0x1234' });

    // The next signature finds out before the poll does.
    const refused = await change.send('sign', { by: 'bob', signature: stale }).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ type: expect.stringMatching(/SafeNonceTaken|SignatureOfNoOwner/) });
    const renewed = await on.untilStatus(change, withNonce(nonce + 1), 'a new proposal');
    expect(safeOf(renewed)).toMatchObject({ signatures: [], nonce: nonce + 1 });
    expect(safeOf(renewed).transactionHash).not.toBe(safeOf(waiting).transactionHash);
    expect(await linesOf(change)).toContain(
      `Another transaction of the Safe ${address} took nonce ${nonce}: ${transactionHash}. The signature for it is void. It is proposed anew.`,
    );

    expect(await carryOutByTerminal(on, change)).toMatchObject({
      phase: 'completed',
      composeHash: waiting.composeHash,
    });
    expect(cvm.commits).toHaveLength(1);
  });

  it('that was executed and failed inside is proposed anew', async () => {
    const { cvm, change, waiting } = await start(on);
    const { nonce, address } = safeOf(waiting);
    // A call that the app contract refuses, with a gas limit of its own: the transaction itself succeeds.
    const { transactionHash, succeeded } = await on.callThroughSafe({
      to: cvm.appId,
      data: '0xdeadbeef',
      safeTxGas: 100_000n,
    });
    expect(succeeded).toBe(false);
    await on.untilStatus(change, withNonce(nonce + 1), 'a new proposal');
    expect(await linesOf(change)).toContain(
      `The Safe ${address} executed its transaction with nonce ${nonce}, and the call inside failed: ${transactionHash}. It is proposed anew.`,
    );
    const delivered = change.send('registered', { by: 'bob', transactionHash });
    await expect(delivered).rejects.toMatchObject({ type: 'SafeExecutionFailed' });
    expect(await carryOutByTerminal(on, change)).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });

  it('that the owners rejected in the Safe app says so, and is there again for those who meant another', async () => {
    const { change, waiting } = await start(on);
    const { nonce, address } = safeOf(waiting);
    const { transactionHash } = await on.callThroughSafe({ to: address, data: '0x' });
    await on.untilStatus(change, withNonce(nonce + 1), 'a new proposal');
    expect(await linesOf(change)).toContain(
      `The owners of the Safe ${address} rejected its transaction with nonce ${nonce}, by ${transactionHash}. It is proposed anew.`,
    );
    await change.send('reject', { by: 'test', reason: 'rejected in the Safe' });
    expect(await change.result()).toMatchObject({ phase: 'rejected' });
  });

  it('is told of owners who come and go, and a signature of one who went does not count', async () => {
    const { change, waiting } = await start(on);
    const { address, nonce } = safeOf(waiting);
    await sign(on, change, waiting, 2);
    await sign(on, change, waiting, 0);
    const stranger = on.cloud.anvil.accounts[8]?.address;
    if (!stranger) throw new Error('the chain has too few accounts');
    // The list of owners begins with a sentinel; the owner before the third is the second.
    const [, before, gone] = on.cloud.safe.owners.map((owner) => owner.address);
    if (!before || !gone) throw new Error('the Safe has too few owners');
    const abi = parseAbi(['function swapOwner(address prevOwner, address oldOwner, address newOwner)']);
    const swap = (from: `0x${string}`, to: `0x${string}`) =>
      executeSafeTransaction({
        rpcUrl: on.cloud.anvil.rpcUrl,
        safe: address,
        signers: [keyOf(on, 0), keyOf(on, 1)],
        to: address,
        data: encodeFunctionData({ abi, functionName: 'swapOwner', args: [before, from, to] }),
      });
    await swap(gone, stranger);
    const renewed = await on.untilStatus(change, withNonce(nonce + 1), 'a new proposal');
    expect(safeOf(renewed).owners).toEqual([addressOf(on, 0), addressOf(on, 1), stranger.toLowerCase()]);
    const late = await change
      .send('sign', { by: 'gone', signature: await signed(on, renewed, keyOf(on, 2)) })
      .catch((thrown: unknown) => thrown);
    expect(late).toMatchObject({ type: 'SignatureOfNoOwner', message: expect.stringContaining('is no owner') });
    await swap(stranger, gone);
    await on.untilStatus(change, withNonce(nonce + 2), 'a new proposal');
    expect(await carryOutByTerminal(on, change)).toMatchObject({ phase: 'completed' });
  }, 120_000);
});

describe('signatures for a timelock whose proposer is a Safe', () => {
  const rig = useRig();

  it('are collected for the scheduling and for the execution, each from the terminal', async () => {
    const { rpcUrl } = rig.cloud.anvil;
    const proposers = [rig.cloud.safe.address];
    const owner = await deployTimelock({ rpcUrl, minDelaySeconds: 3_600, proposers, executors: proposers });
    const cvm = await rig.addCvm(owner);
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    const { nonce } = safeOf(waiting);
    // Somebody else is quicker: the step gets the next nonce.
    await sign(rig, change, waiting, 0);
    await rig.callThroughSafe({ to: nobody, data: '0x' });
    const moved = ({ proposal }: ChangeStatus) => proposal?.timelock?.schedule.safe?.nonce === nonce + 1;
    const renewed = await rig.untilStatus(change, moved, 'the next nonce');
    expect(safeOf(renewed).signatures).toEqual([]);
    expect(await linesOf(change)).toContain(`took nonce ${nonce}`);

    const bySafe = async () => {
      for (const person of [0, 1]) {
        const { code, stderr } = await atTerminal(rig, `owner ${person}`, keyOf(rig, person))('sign', change.id);
        expect(code, stderr).toBe(0);
      }
      return atTerminal(rig, 'eve', keyOf(rig, 2))('execute', change.id, '--rpc-url', rpcUrl);
    };
    expect((await bySafe()).stdout).toContain('of the timelock is scheduled');
    const inState = (state: string) => (status: ChangeStatus) => status.proposal?.timelock?.operation.state === state;
    await rig.untilStatus(change, inState('scheduled'), 'an operation that is scheduled');
    const early = await bySafe();
    expect(early).toMatchObject({ code: 3, stdout: '' });
    expect(early.stderr).toContain('TransactionReverted');
    await advanceChain(rpcUrl, 3_600);
    await rig.untilStatus(change, inState('ready'), 'an operation that is ready');
    // The signatures of before still count: the nonce is the same.
    const { code, stderr } = await atTerminal(rig, 'eve', keyOf(rig, 2))('execute', change.id, '--rpc-url', rpcUrl);
    expect(code, stderr).toBe(0);
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: waiting.composeHash });
    expect(cvm.commits).toHaveLength(1);
  }, 120_000);
});
