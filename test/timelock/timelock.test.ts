import { encodeFunctionData } from 'viem';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import type { ChangeStatus } from '../../model/status.js';
import type { TimelockOperation, TimelockProposal } from '../../model/timelock.js';
import { advanceChain } from '../../stack/localChain/advanceChain.js';
import { type DeployTimelockOptions, deployTimelock } from '../../stack/localChain/deployTimelock.js';
import { sendCall } from '../../stack/localChain/sendCall.js';
import { timelockAbi } from '../../stack/localChain/timelockAbi.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

const day = 86_400;

/** A timelock whose proposer is the local Safe, and which anyone may execute. */
const deploy = (options: Partial<DeployTimelockOptions> = {}) =>
  deployTimelock({
    rpcUrl: rig.cloud.anvil.rpcUrl,
    minDelaySeconds: 2 * day,
    proposers: [rig.cloud.safe.address],
    ...options,
  });

const timelockOf = ({ proposal }: ChangeStatus): TimelockProposal => {
  if (!proposal?.timelock) throw new Error(`nothing is proposed to a timelock: ${JSON.stringify(proposal)}`);
  return proposal.timelock;
};

/** The first state of a change in which its operation is in the state. */
const untilOperation = (change: Change, state: TimelockOperation['state'], id?: string): Promise<ChangeStatus> =>
  rig.untilStatus(
    change,
    ({ proposal }) =>
      proposal?.timelock?.operation.state === state && (id === undefined || proposal.timelock.operation.id !== id),
    `an operation that is ${state}`,
  );

const schedule = async (status: ChangeStatus): Promise<`0x${string}`> =>
  (await rig.callThroughSafe(timelockOf(status).schedule.call)).transactionHash;

/** By somebody whom nobody knows. */
const executeAsAnyone = (status: ChangeStatus): Promise<`0x${string}`> => {
  const { to, data } = timelockOf(status).execution.call;
  return sendCall({ rpcUrl: rig.cloud.anvil.rpcUrl, to, data });
};

const advance = (seconds: number): Promise<void> => advanceChain(rig.cloud.anvil.rpcUrl, seconds);

const linesOf = async (change: Change): Promise<string> =>
  (await change.status()).events.map(({ what }) => what).join('\n');

describe('an update of a CVM whose app is owned by a timelock', () => {
  it('is scheduled through the Safe, waits, is executed by anyone, and is committed once', async () => {
    const owner = await deploy();
    const cvm = await rig.addCvm(owner);
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    const { operation } = timelockOf(waiting);
    expect(waiting.proposal).toMatchObject({
      registrar: 'timelock',
      owner: owner.toLowerCase(),
      safe: null,
      calls: [{ method: 'addComposeHash', to: cvm.appId }],
      timelock: { delaySeconds: 2 * day, operation: { state: 'unscheduled' }, execution: { by: 'anyone' } },
    });
    expect(waiting.awaiting).toContain(
      `the timelock's operation ${operation.id} is to be scheduled by 2 of 3 owners of the Safe ${rig.cloud.safe.address.toLowerCase()}; it is ready 2 days later: addComposeHash(`,
    );

    const scheduling = await schedule(waiting);
    const early = await change.send('registered', { by: 'alice', transactionHash: scheduling }).catch((error) => error);
    expect(early).toMatchObject({ message: expect.stringContaining(`it scheduled operation ${operation.id}`) });

    const scheduled = await untilOperation(change, 'scheduled');
    const { readyAt } = timelockOf(scheduled).operation;
    expect(readyAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    expect(scheduled.awaiting).toContain(
      `the timelock's operation ${operation.id} is ready at ${readyAt}; anyone may execute it then`,
    );
    expect(scheduled.phase).toBe('awaitingRegistration');

    await advance(2 * day);
    const ready = await untilOperation(change, 'ready');
    expect(ready.awaiting).toContain(`is ready since ${readyAt}; anyone may execute it`);
    expect(cvm.commits).toHaveLength(0);

    const transactionHash = await executeAsAnyone(ready);
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    expect(cvm.commits).toMatchObject([{ composeHash: waiting.composeHash, via: 'token', transactionHash }]);
    const { proposal, events } = await change.status();
    expect(proposal?.timelock?.operation).toEqual({ id: operation.id, state: 'executed', readyAt: null });
    expect(events.map(({ what }) => what).join('\n')).toContain(`is ready at ${readyAt}`);
    // Two steps of the operation and a message that was refused more than through a Safe.
    const { length } = await rig.eventTypes(change);
    expect(length, `${length} events`).toBeLessThanOrEqual(80);
  });

  it('goes on at once where somebody tells of the execution, and shows the operation as executed', async () => {
    const cvm = await rig.addCvm(await deploy());
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    await schedule(waiting);
    await advance(2 * day);
    const transactionHash = await executeAsAnyone(waiting);
    await change.send('registered', { by: 'alice', transactionHash }).catch(() => {});
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    expect(timelockOf(await change.status()).operation.state).toBe('executed');
  });

  it('is executed through the Safe where nobody else may, with the hash for the nonce of that moment', async () => {
    const cvm = await rig.addCvm(await deploy({ executors: [rig.cloud.safe.address] }));
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    await schedule(waiting);
    await advance(2 * day);
    const ready = await untilOperation(change, 'ready');
    const { execution } = timelockOf(ready);
    expect(ready.awaiting).toContain('2 of 3 owners of the Safe');
    const { safeTxHash } = await rig.callThroughSafe(execution.call);
    // Nothing else of this file goes through the Safe meanwhile.
    expect(execution.safe?.transactionHash).toBe(safeTxHash);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });

  it('costs no more history for a longer wait', async () => {
    const cvm = await rig.addCvm(await deploy());
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await schedule(await rig.until(change, 'awaitingRegistration'));
    await untilOperation(change, 'scheduled');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const before = await rig.substance(change);
    // At least one more look falls into it.
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    expect(await rig.substance(change)).toEqual(before);
    await change.send('cancel', { by: 'test' });
    expect(await change.result()).toMatchObject({ phase: 'cancelled' });
  });

  it('says so where the deadline passes before the operation is ready', async () => {
    const cvm = await rig.addCvm(await deploy({ minDelaySeconds: 40 * day }));
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await rig.until(change, 'awaitingRegistration');
    await expect
      .poll(() => linesOf(change), { timeout: 20_000 })
      .toContain("passes before the timelock's operation is ready: extend it");
    await change.send('cancel', { by: 'test' });
    await change.result();
  });
});

describe('a timelock alone, without any Safe', () => {
  it('is scheduled and executed by a key, with the calldata of the proposal', async () => {
    const proposer = rig.cloud.anvil.accounts[7];
    if (!proposer) throw new Error('the chain has too few accounts');
    const { address, privateKey: sender } = proposer;
    const cvm = await rig.addCvm(await deploy({ proposers: [address], executors: [address] }));
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    expect(timelockOf(waiting).schedule).toMatchObject({ by: [address.toLowerCase()], safe: null });
    expect(waiting.awaiting).toContain(`is to be scheduled by ${address.toLowerCase()}`);
    const send = ({ to, data }: { readonly to: `0x${string}`; readonly data: `0x${string}` }) =>
      sendCall({ rpcUrl: rig.cloud.anvil.rpcUrl, to, data, sender });
    await send(timelockOf(waiting).schedule.call);
    await advance(2 * day);
    const ready = await untilOperation(change, 'ready');
    expect(ready.awaiting).toContain(`${address.toLowerCase()} may execute it`);
    const transactionHash = await send(timelockOf(ready).execution.call);
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    expect(cvm.commits).toHaveLength(1);
  });
});

describe('an operation that is cancelled', () => {
  it('is noticed, said, and proposed anew with another salt', async () => {
    const owner = await deploy();
    const cvm = await rig.addCvm(owner);
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    const { operation: first, salt } = timelockOf(waiting);
    await schedule(waiting);
    await untilOperation(change, 'scheduled');
    const cancel = encodeFunctionData({ abi: timelockAbi, functionName: 'cancel', args: [first.id] });
    const { transactionHash: cancellation } = await rig.callThroughSafe({ to: owner, data: cancel });

    const again = await untilOperation(change, 'unscheduled', first.id);
    expect(timelockOf(again).salt).not.toBe(salt);
    expect(again.proposal?.calls).toEqual(waiting.proposal?.calls);
    expect(await linesOf(change)).toContain(`was cancelled by transaction ${cancellation}. It is proposed anew.`);

    await schedule(again);
    await advance(2 * day);
    await executeAsAnyone(await untilOperation(change, 'ready'));
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toMatchObject([{ composeHash: waiting.composeHash }]);
  });
});

describe('a delay that is longer than a commit token lives', () => {
  it('has the change prepared again after the execution: the same hash, and nobody is asked twice', async () => {
    const cvm = await rig.addCvm(await deploy({ minDelaySeconds: 20 * day }));
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    await schedule(waiting);
    await Promise.all([advance(20 * day), rig.cloud.simulator.clock.advance(20 * day * 1000)]);
    const ready = await untilOperation(change, 'ready');
    const transactionHash = await executeAsAnyone(ready);
    expect(await change.result()).toMatchObject({ phase: 'completed', composeHash: waiting.composeHash });
    expect(cvm.commits).toMatchObject([{ composeHash: waiting.composeHash, transactionHash }]);
    const { preparations, proposal } = await change.status();
    expect(preparations).toBe(2);
    expect(proposal?.timelock?.operation.id).toBe(timelockOf(waiting).operation.id);
  });
});

describe('a change of allow-lists whose contract is owned by a timelock', () => {
  it('is one batch of the timelock, and is done when that was executed', async () => {
    const cvm = await rig.addCvm(await deploy({ minDelaySeconds: 60 }));
    const change = await rig.countersign.changeAllowlist({
      appId: cvm.appId,
      requestedBy: 'test',
      policy: { finality: 'latest' },
      steps: [
        { action: 'setAllowAnyDevice', allowed: true },
        { action: 'removeComposeHash', composeHash: cvm.composeHash },
      ],
    });
    const waiting = await rig.until(change, 'awaitingRegistration');
    expect(timelockOf(waiting)).toMatchObject({
      schedule: { call: { method: 'scheduleBatch' } },
      execution: { call: { method: 'executeBatch' } },
    });
    await schedule(waiting);
    await advance(60);
    const transactionHash = await executeAsAnyone(await untilOperation(change, 'ready'));
    expect(await change.result()).toMatchObject({ kind: 'allowlist', phase: 'completed', transactionHash });
  });
});

describe('a new CVM whose app is to be owned by a timelock', () => {
  it('has its app deployed by the timelock itself', async () => {
    const owner = await deploy({ minDelaySeconds: 60 });
    const change = await rig.countersign.provisionCvm({
      name: rig.name(),
      // The local chain is none of Base, so its KMS counts as one of Ethereum.
      kms: 'ethereum',
      owner,
      compose: { dockerComposeFile: 'services:\n  web:\n    image: nginx:1.27\n' },
      requestedBy: 'test',
      policy: { finality: 'latest' },
    });
    const waiting = await rig.until(change, 'awaitingRegistration');
    expect(waiting.proposal).toMatchObject({
      registrar: 'timelock',
      owner: owner.toLowerCase(),
      calls: [{ method: 'deployAndRegisterApp' }],
    });
    await schedule(waiting);
    await advance(60);
    const transactionHash = await executeAsAnyone(await untilOperation(change, 'ready'));
    expect(await change.result()).toMatchObject({ kind: 'provision', phase: 'completed', transactionHash });
    const { registration } = await change.status();
    expect(registration?.deployer).toBe(owner.toLowerCase());
  });
});
