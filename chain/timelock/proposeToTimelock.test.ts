import { encodeFunctionData } from 'viem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Address, addressSchema, composeHashSchema } from '../../model/hex.js';
import type { Admission } from '../../model/registration.js';
import type { AnvilAccount } from '../../stack/localChain/anvilAccounts.js';
import { deployContractOwner } from '../../stack/localChain/contractOwner.js';
import { type DeployedSafe, deploySafe } from '../../stack/localChain/deploySafe.js';
import { type DeployTimelockOptions, deployTimelock } from '../../stack/localChain/deployTimelock.js';
import { deployDstackApp } from '../../stack/localChain/dstackApp.js';
import { executeSafeTransaction } from '../../stack/localChain/executeSafeTransaction.js';
import { type RpcProxy, startRpcProxy } from '../../stack/localChain/rpcProxy.js';
import { sendCall } from '../../stack/localChain/sendCall.js';
import { type Anvil, startAnvil } from '../../stack/localChain/startAnvil.js';
import { timelockAbi } from '../../stack/localChain/timelockAbi.js';
import { type Chain, createChains } from '../chains.js';
import { openProposal } from '../openProposal.js';
import { readAccount } from '../readAccount.js';
import { operationSalt } from './operation.js';
import { readOperation } from './readOperation.js';
import { proposerRole } from './timelockAbi.js';

let anvil: Anvil;
let proxy: RpcProxy;
let chain: Chain;
let safe: DeployedSafe;
let safeOwners: readonly AnvilAccount[];

beforeAll(async () => {
  anvil = await startAnvil();
  proxy = await startRpcProxy(anvil.rpcUrl);
  chain = createChains(new Map([[anvil.chainId, [proxy.url]]])).get(anvil.chainId);
  safeOwners = anvil.accounts.slice(1, 4);
  const owners = safeOwners.map(({ address }) => address);
  safe = await deploySafe({ rpcUrl: anvil.rpcUrl, owners, threshold: 2 });
});
afterAll(async () => {
  await proxy?.stop();
  await anvil?.stop();
});

const composeHash = composeHashSchema.parse('1'.repeat(64));
const stranger = addressSchema.parse('77'.repeat(20));
const salt = operationSalt({ change: 'cvm-1', run: 'run-1', usedOperations: 0 });

const deploy = async (options: Partial<DeployTimelockOptions> = {}) =>
  addressSchema.parse(
    await deployTimelock({ rpcUrl: anvil.rpcUrl, minDelaySeconds: 3_600, proposers: [safe.address], ...options }),
  );

async function propose(owner: `0x${string}`, options: Partial<Parameters<typeof openProposal>[2]> = {}) {
  const address = addressSchema.parse(await deployDstackApp({ rpcUrl: anvil.rpcUrl, owner }));
  const contract = { chainId: anvil.chainId, address };
  const expectation: Admission = { kind: 'admission', contract, composeHash, deviceId: null };
  const words = { title: 'Update of my-app', description: 'compose hash allowed' };
  const more = {
    registrar: 'auto',
    ownerKey: null,
    relayer: null,
    since: null,
    timelockProposer: null,
    operationSalt: salt,
  } as const;
  return openProposal(chain, expectation, { ...words, ...more, ...options });
}

async function proposeToIts(owner: `0x${string}`, timelockProposer: Address | null = null) {
  const { timelock } = await propose(owner, { timelockProposer });
  if (!timelock) throw new Error('nothing is proposed to the timelock');
  return timelock;
}

describe('a timelock', () => {
  it('is told from a key, a Safe and another contract, and its delay is read', async () => {
    const { rpcUrl } = anvil;
    expect(await readAccount(chain, await deploy())).toMatchObject({
      kind: 'timelock',
      safe: null,
      timelock: { minDelaySeconds: 3_600 },
    });
    expect(await readAccount(chain, addressSchema.parse(safe.address))).toMatchObject({ kind: 'safe', timelock: null });
    expect(await readAccount(chain, stranger)).toMatchObject({ kind: 'key' });
    const other = await deployContractOwner({ rpcUrl, controller: stranger });
    expect(await readAccount(chain, addressSchema.parse(other))).toMatchObject({ kind: 'contract', timelock: null });
  });

  it('is the registrar where it owns the app, and cannot be where it does not', async () => {
    const owner = await deploy();
    expect(await propose(owner)).toMatchObject({ registrar: 'timelock', owner, safe: null });
    await expect(propose(owner, { registrar: 'safe' })).rejects.toMatchObject({ type: 'RequestRefused' });
    await expect(propose(stranger, { registrar: 'timelock' })).rejects.toMatchObject({ type: 'RequestRefused' });
  });
});

describe('what a timelock is asked for', () => {
  it('is one operation, to be scheduled through the Safe that is its proposer and executed by anyone', async () => {
    const owner = await deploy();
    const { schedule, execution, operation, delaySeconds, address } = await proposeToIts(owner);
    expect({ address, delaySeconds }).toEqual({ address: owner, delaySeconds: 3_600 });
    expect(operation).toMatchObject({ state: 'unscheduled', readyAt: null });
    expect(execution).toMatchObject({ by: 'anyone', safe: null, call: { method: 'execute', to: owner } });
    expect(schedule).toMatchObject({
      by: [safe.address.toLowerCase()],
      call: { method: 'schedule', to: owner },
      safe: { address: safe.address.toLowerCase(), threshold: 2 },
    });
    const batch = JSON.parse(schedule.safe?.batchFile ?? '{}');
    expect(batch).toMatchObject({
      meta: { name: 'Schedule: Update of my-app' },
      transactions: [{ contractMethod: { name: 'schedule' }, contractInputsValues: { delay: '3600' } }],
    });
    expect(batch.meta.description).toContain(`addComposeHash(${composeHash})`);
    expect(batch.meta.description).toContain(operation.id);
  });

  it('is scheduled by the very Safe transaction whose hash it names', async () => {
    const owner = await deploy();
    const { schedule, operation } = await proposeToIts(owner);
    const { safeTxHash } = await executeSafeTransaction({
      rpcUrl: anvil.rpcUrl,
      safe: safe.address,
      signers: safeOwners.slice(0, 2).map(({ privateKey }) => privateKey),
      to: schedule.call.to,
      data: schedule.call.data,
    });
    expect(schedule.safe?.transactionHash).toBe(safeTxHash);
    expect(await readOperation(chain, owner, operation.id)).toMatchObject({ state: 'scheduled' });
  });

  it('goes through the Safe twice where the executors are restricted to it', async () => {
    const { execution } = await proposeToIts(await deploy({ executors: [safe.address] }));
    expect(execution).toMatchObject({ by: [safe.address.toLowerCase()], safe: { threshold: 2 } });
    expect(JSON.parse(execution.safe?.batchFile ?? '{}')).toMatchObject({
      meta: { name: 'Execute: Update of my-app' },
      transactions: [{ contractMethod: { name: 'execute' } }],
    });
  });

  it('names those who have a role now, and no more', async () => {
    const [admin, later] = [anvil.accounts[5], anvil.accounts[6]];
    if (!admin || !later) throw new Error('the chain has too few accounts');
    const owner = await deploy({ proposers: [stranger], admin: admin.address, executors: [stranger] });
    for (const [functionName, account] of [
      ['grantRole', later.address],
      ['revokeRole', stranger],
    ] as const) {
      const data = encodeFunctionData({ abi: timelockAbi, functionName, args: [proposerRole, account] });
      await sendCall({ rpcUrl: anvil.rpcUrl, to: owner, data, sender: admin.privateKey });
    }
    const { schedule, execution } = await proposeToIts(owner);
    expect(schedule).toMatchObject({ by: [later.address.toLowerCase()], safe: null });
    expect(execution).toMatchObject({ by: [stranger], safe: null });
  });

  it('is made without names where the node does not serve logs from the first block on', async () => {
    const owner = await deploy();
    proxy.fail('eth_getLogs', { kind: 'error', code: -32005, message: 'block range too large' });
    const { schedule, execution } = await proposeToIts(owner).finally(() => proxy.heal());
    expect(schedule).toMatchObject({ by: 'unknown', safe: null, call: { method: 'schedule' } });
    expect(execution.by).toBe('anyone');
  });

  it('goes through the Safe that is named, also where no logs tell of it', async () => {
    const owner = await deploy({ executors: [safe.address] });
    proxy.fail('eth_getLogs', { kind: 'error', code: -32005, message: 'block range too large' });
    const named = addressSchema.parse(safe.address);
    const { schedule, execution } = await proposeToIts(owner, named).finally(() => proxy.heal());
    expect(schedule).toMatchObject({ by: [named], safe: { address: named } });
    expect(execution).toMatchObject({ by: [named], safe: { address: named } });
  });

  it('is refused where who is named may not schedule', async () => {
    const failure: unknown = await proposeToIts(await deploy(), stranger).catch((error: unknown) => error);
    expect(failure).toMatchObject({ type: 'RequestRefused', message: expect.stringContaining('not a proposer') });
  });
});
