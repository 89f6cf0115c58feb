import { createPublicClient, http } from 'viem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deployTimelock } from '../stack/localChain/deployTimelock.js';
import { type Anvil, startAnvil } from '../stack/localChain/startAnvil.js';
import type { ExportedTimelock } from './exportedProposal.js';
import { checkTimelockRoles } from './timelockRoles.js';

let anvil: Anvil;
beforeAll(async () => {
  anvil = await startAnvil();
});
afterAll(() => anvil?.stop());

type Hex = `0x${string}`;
type Holders = ExportedTimelock['schedule']['by'];

const hash: Hex = `0x${'7'.repeat(64)}`;

it('those who are named for the next call have the role for it, and nobody else passes', async () => {
  const { rpcUrl, chainId, accounts } = anvil;
  const [proposer, executor, stranger] = accounts.slice(0, 3).map(({ address }) => address.toLowerCase() as Hex);
  if (!proposer || !executor || !stranger) throw new Error('the chain has too few accounts');
  const node = { client: createPublicClient({ transport: http(rpcUrl) }), chainId };
  const closed = await deployTimelock({ rpcUrl, minDelaySeconds: 60, proposers: [proposer], executors: [executor] });
  const open = await deployTimelock({ rpcUrl, minDelaySeconds: 60, proposers: [proposer] });
  const check = async (
    address: Hex,
    state: ExportedTimelock['operation']['state'],
    { schedule = [proposer], execution = [executor] }: { schedule?: Holders; execution?: Holders } = {},
  ) => {
    const step = (by: Holders) => ({
      call: { method: '', arguments: [], to: address, data: '0x' as const },
      by,
      safe: null,
    });
    const operation = { id: hash, state, readyAt: null };
    const timelock = { address, operation, salt: hash, delaySeconds: 60 };
    const checks = await checkTimelockRoles(node, {
      ...timelock,
      schedule: step(schedule),
      execution: step(execution),
    });
    return checks.map(({ outcome, reason }) => `${outcome}: ${reason}`);
  };
  expect(await check(closed, 'unscheduled')).toEqual([`passed: ${proposer} may schedule the operation`]);
  expect(await check(closed, 'unscheduled', { schedule: [proposer, stranger] })).toEqual([
    `failed: ${stranger} may not schedule the operation.`,
  ]);
  expect(await check(closed, 'ready')).toEqual([`passed: ${executor} may execute the operation`]);
  expect(await check(closed, 'scheduled', { execution: [proposer] })).toEqual([
    `failed: ${proposer} may not execute the operation.`,
  ]);
  expect(await check(closed, 'ready', { execution: 'anyone' })).toEqual([
    'failed: Not everybody may execute the operation.',
  ]);
  expect(await check(open, 'ready', { execution: 'anyone' })).toEqual(['passed: anyone may execute the operation']);
  expect(await check(closed, 'unscheduled', { schedule: 'unknown' })).toEqual([
    'notCheckable: nobody is named who is to schedule the operation',
  ]);
  expect(await check(closed, 'executed')).toEqual([]);
});
