import { encodeFunctionData } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressSchema, composeHashSchema } from '../../model/hex.js';
import type { AllowListChange } from '../../model/registration.js';
import type { TimelockProposal } from '../../model/timelock.js';
import { advanceChain } from '../../stack/localChain/advanceChain.js';
import type { AnvilAccount } from '../../stack/localChain/anvilAccounts.js';
import { deployTimelock } from '../../stack/localChain/deployTimelock.js';
import { deployDstackApp } from '../../stack/localChain/dstackApp.js';
import { reorg } from '../../stack/localChain/faults.js';
import { sendCall } from '../../stack/localChain/sendCall.js';
import { type Anvil, startAnvil } from '../../stack/localChain/startAnvil.js';
import { timelockAbi } from '../../stack/localChain/timelockAbi.js';
import { type Chain, createChains } from '../chains.js';
import { openProposal } from '../openProposal.js';
import { readRegistration } from '../readRegistration.js';
import { lookAtTimelock } from './lookAtTimelock.js';
import { executeCall, operationSalt, scheduleCall } from './operation.js';

let anvil: Anvil;
let chain: Chain;
let proposer: AnvilAccount;
beforeAll(async () => {
  anvil = await startAnvil();
  chain = createChains(new Map([[anvil.chainId, [anvil.rpcUrl]]])).get(anvil.chainId);
  const account = anvil.accounts[3];
  if (!account) throw new Error('the chain has too few accounts');
  proposer = account;
});
afterAll(() => anvil?.stop());

const day = 86_400;

/** A proposal that a key may schedule and anyone may execute: to allow a hash, and any device. */
async function propose() {
  const { rpcUrl, chainId } = anvil;
  const owner = await deployTimelock({ rpcUrl, minDelaySeconds: 2 * day, proposers: [proposer.address] });
  const address = addressSchema.parse(await deployDstackApp({ rpcUrl, owner }));
  const expectation: AllowListChange = {
    kind: 'allowList',
    contract: { chainId, address },
    entries: [
      { list: 'composeHashes', composeHash: composeHashSchema.parse('1'.repeat(64)), allowed: true },
      { list: 'anyDevice', allowed: true },
    ],
  };
  const more = {
    registrar: 'auto',
    ownerKey: null,
    title: 'title',
    description: 'why',
    relayer: null,
    since: null,
    timelockProposer: null,
  } as const;
  const salt = operationSalt({ change: 'app-1', run: 'run-1', usedOperations: 0 });
  const { timelock, fromBlock } = await openProposal(chain, expectation, { ...more, operationSalt: salt });
  if (!timelock) throw new Error('nothing is proposed to the timelock');
  return { timelock, fromBlock, expectation };
}

const send = ({ to, data }: { to: `0x${string}`; data: `0x${string}` }, sender?: `0x${string}`) =>
  sendCall({ rpcUrl: anvil.rpcUrl, to, data, ...(sender && { sender }) });

const cancel = ({ address, operation }: TimelockProposal) =>
  send(
    { to: address, data: encodeFunctionData({ abi: timelockAbi, functionName: 'cancel', args: [operation.id] }) },
    proposer.privateKey,
  );

const look = (timelock: TimelockProposal, fromBlock: number, thorough = true) =>
  lookAtTimelock(chain, timelock, { fromBlock, thorough });

describe('the operation of a timelock', () => {
  it('is unscheduled, scheduled, ready and executed, one after the other, and each is news once', async () => {
    const { timelock, fromBlock, expectation } = await propose();
    expect(await look(timelock, fromBlock)).toEqual({
      timelock,
      news: [],
      outdated: null,
      moved: false,
      readyIn: null,
    });

    await send(timelock.schedule.call, proposer.privateKey);
    const scheduled = await look(timelock, fromBlock);
    const { timestamp } = await chain.client.getBlock();
    expect(scheduled).toMatchObject({ moved: true, outdated: null, readyIn: 2 * day * 1000 });
    expect(scheduled.timelock.operation).toEqual({
      id: timelock.operation.id,
      state: 'scheduled',
      readyAt: new Date((Number(timestamp) + 2 * day) * 1000).toISOString(),
    });
    expect(await look(scheduled.timelock, fromBlock)).toMatchObject({ moved: false });
    await expect(send(timelock.execution.call)).rejects.toThrow();

    await advanceChain(anvil.rpcUrl, 2 * day);
    const ready = await look(scheduled.timelock, fromBlock);
    expect(ready).toMatchObject({ moved: true, readyIn: null, timelock: { operation: { state: 'ready' } } });
    expect(ready.timelock.operation.readyAt).toBe(scheduled.timelock.operation.readyAt);

    // By somebody whom nobody knows.
    const transactionHash = await send(timelock.execution.call);
    expect((await look(ready.timelock, fromBlock)).timelock.operation).toMatchObject({ state: 'executed' });
    expect(await readRegistration(chain, expectation, { finality: 'latest', fromBlock })).toMatchObject({
      transactionHash,
      proof: transactionHash,
    });
  });

  it('that was cancelled is told from one that was never scheduled, with the transaction', async () => {
    const { timelock, fromBlock } = await propose();
    await send(timelock.schedule.call, proposer.privateKey);
    const scheduled = await look(timelock, fromBlock);
    const transactionHash = await cancel(timelock);
    const seen = await look(scheduled.timelock, fromBlock);
    expect(seen).toMatchObject({ moved: true, timelock: { operation: { state: 'cancelled', readyAt: null } } });
    expect(seen.outdated).toContain(transactionHash);
    // Also where nobody saw that it was scheduled, and again as long as nothing is proposed in its place.
    expect(await look(timelock, fromBlock)).toMatchObject({ outdated: seen.outdated });
    expect(await look(seen.timelock, fromBlock, false)).toMatchObject({ outdated: seen.outdated });
  });

  it('whose scheduling a reorganisation took back is unscheduled again, and not cancelled', async () => {
    const { timelock, fromBlock } = await propose();
    await send(timelock.schedule.call, proposer.privateKey);
    const scheduled = await look(timelock, fromBlock);
    await reorg(anvil.rpcUrl, 1);
    expect(await look(scheduled.timelock, fromBlock)).toMatchObject({
      moved: true,
      outdated: null,
      timelock: { operation: { state: 'unscheduled', readyAt: null } },
    });
  });

  it('that was executed is of no use where what it brought about does not stand', async () => {
    const { timelock, fromBlock } = await propose();
    await send(timelock.schedule.call, proposer.privateKey);
    await advanceChain(anvil.rpcUrl, 2 * day);
    await send(timelock.execution.call);
    expect((await look(timelock, fromBlock)).outdated).toContain('was executed');
  });

  it('cannot be scheduled any more as it was proposed when the timelock has raised its delay', async () => {
    const { timelock, fromBlock } = await propose();
    const { address } = timelock;
    const data = encodeFunctionData({ abi: timelockAbi, functionName: 'updateDelay', args: [BigInt(3 * day)] });
    const calls = [{ to: address, data }];
    await send(scheduleCall(address, calls, timelock.salt, 2 * day), proposer.privateKey);
    await advanceChain(anvil.rpcUrl, 2 * day);
    await send(executeCall(address, calls, timelock.salt));
    await expect(send(timelock.schedule.call, proposer.privateKey)).rejects.toThrow();
    const { outdated } = await look(timelock, fromBlock);
    expect(outdated).toBe("The timelock's minimum delay was raised from 2 days to 3 days.");
  });
});
