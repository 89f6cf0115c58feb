import { createPublicClient, createTestClient, encodeFunctionData, http, parseAbi, zeroHash } from 'viem';
import { describe, expect, inject, it } from 'vitest';
import type { Change } from '../../client/change.js';
import type { ChangeStatus } from '../../model/status.js';
import { appComposeHash, deviceIdOf } from '../../simulator/appComposeHash.js';
import { executeAsContractOwner } from '../../stack/localChain/contractOwner.js';
import { deployDstackApp } from '../../stack/localChain/dstackApp.js';
import { setCode } from '../../stack/localChain/faults.js';
import { sendCall } from '../../stack/localChain/sendCall.js';
import { useRig } from '../rig/rig.js';
import { type CliResult, runCli } from '../rig/runCli.js';

const rig = useRig();

const cli = (...args: string[]): Promise<CliResult> =>
  runCli(args, {
    environment: { TEMPORAL_ADDRESS: inject('temporalAddress'), COUNTERSIGN_TASK_QUEUE: rig.taskQueue },
  });

const ownership = parseAbi(['function transferOwnership(address newOwner)', 'function acceptOwnership()']);
const transferTo = (address: `0x${string}`) =>
  encodeFunctionData({ abi: ownership, functionName: 'transferOwnership', args: [address] });

/** A CVM whose app is of the generation in which a new owner has to accept. */
async function addTwoStepCvm(owner: `0x${string}`) {
  const { rpcUrl, chainId } = rig.cloud.anvil;
  const definition = { name: rig.name(), dockerComposeFile: 'services: {}\n' };
  const appContract = await deployDstackApp({
    rpcUrl,
    owner,
    composeHash: appComposeHash(definition),
    deviceId: deviceIdOf({}),
    generation: 'ownable2Step',
  });
  return rig.cloud.simulator.addCvm({ ...definition, kms: { kind: 'onchain', chainId, appContract } });
}

function accountOf(number: number) {
  const account = rig.cloud.anvil.accounts[number];
  if (!account) throw new Error('the chain has too few accounts');
  return account;
}

const linesOf = ({ events }: ChangeStatus): string => events.map(({ what }) => what).join('\n');

/** What the Web UI shows of a change. */
async function detailsOf({ id }: Change): Promise<string> {
  const metadata = await rig.client.workflow.getHandle(id).query<object>('__temporal_workflow_metadata');
  return JSON.stringify(metadata);
}

describe('an app that is owned by a contract which is neither a Safe nor a timelock', () => {
  it('has its owner asked with plain calldata, which does what it says', async () => {
    const { anvil, contractOwner } = rig.cloud;
    const cvm = await rig.addCvm('external');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const { proposal, awaiting, composeHash } = await rig.until(change, 'awaitingRegistration');
    const owner = contractOwner.address.toLowerCase();
    expect(proposal).toMatchObject({ registrar: 'external', owner, safe: null, pendingOwner: null });
    expect(awaiting).toContain(`${owner} calls addComposeHash(${composeHash})`);
    const { stdout } = await cli('proposal', change.id);
    expect(stdout).toContain(`# addComposeHash(${composeHash}), from ${owner} on chain ${anvil.chainId}`);
    const printed = (name: string): `0x${string}` =>
      (new RegExp(`^${name}: +(0x\\w+)$`, 'm').exec(stdout)?.[1] ?? '0x') as `0x${string}`;
    const transactionHash = await executeAsContractOwner({
      rpcUrl: anvil.rpcUrl,
      owner: contractOwner.address,
      controllerKey: contractOwner.controller.privateKey,
      to: printed('to'),
      data: printed('data'),
    });
    await change.send('registered', { by: 'alice', transactionHash }).catch(() => {});
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    expect(cvm.commits).toHaveLength(1);
  });
});

describe('an app whose new owner has not accepted yet', () => {
  it('is still its old owner’s, and everybody is told of the other one', async () => {
    const { rpcUrl } = rig.cloud.anvil;
    const [owner, next] = [accountOf(7), accountOf(8)];
    const cvm = await addTwoStepCvm(owner.address);
    await sendCall({ rpcUrl, to: cvm.appId, data: transferTo(next.address), sender: owner.privateKey });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const status = await rig.until(change, 'awaitingRegistration');
    const pending = next.address.toLowerCase();
    const told = `a transfer of the ownership to ${pending} waits to be accepted`;
    expect(status.proposal).toMatchObject({ owner: owner.address.toLowerCase(), pendingOwner: pending });
    expect(status.awaiting).toContain(told);
    expect(linesOf(status)).toContain(told);
    expect(await detailsOf(change)).toContain(told);
    expect((await cli('show', change.id)).stdout).toContain(`${pending}, who has not accepted yet`);
    expect((await cli('proposal', change.id)).stdout).toContain(told);
    const [call] = status.proposal?.calls ?? [];
    const data = call?.data ?? '0x';
    await expect(sendCall({ rpcUrl, to: cvm.appId, data, sender: next.privateKey })).rejects.toThrow();
    const transactionHash = await sendCall({ rpcUrl, to: cvm.appId, data, sender: owner.privateKey });
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
  });

  it('names the other one in the file for the Safe app', async () => {
    const next = accountOf(8).address;
    const cvm = await addTwoStepCvm(rig.cloud.safe.address);
    await rig.callThroughSafe({ to: cvm.appId, data: transferTo(next) });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await rig.until(change, 'awaitingRegistration');
    const file = JSON.parse((await cli('proposal', change.id)).stdout);
    expect(file.meta.description).toContain(`a transfer of the ownership to ${next.toLowerCase()} waits`);
    expect(await rig.carryOut(change)).toMatchObject({ phase: 'completed' });
  });

  it('is the new one’s from the next question on, once it has accepted', async () => {
    const { rpcUrl } = rig.cloud.anvil;
    const [owner, next] = [accountOf(7), accountOf(8)];
    const cvm = await addTwoStepCvm(owner.address);
    await sendCall({ rpcUrl, to: cvm.appId, data: transferTo(next.address), sender: owner.privateKey });
    const accept = encodeFunctionData({ abi: ownership, functionName: 'acceptOwnership' });
    await sendCall({ rpcUrl, to: cvm.appId, data: accept, sender: next.privateKey });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const { proposal } = await rig.until(change, 'awaitingRegistration');
    expect(proposal).toMatchObject({ owner: next.address.toLowerCase(), pendingOwner: null });
    await change.send('cancel', { by: 'test' });
    await change.result();
  });
});

describe('an app that nobody owns any more', () => {
  it('fails the change at once, and says why: nothing can be registered', async () => {
    const { rpcUrl } = rig.cloud.anvil;
    const cvm = await addTwoStepCvm(accountOf(7).address);
    // The owner is the first thing that the contract keeps.
    const node = createTestClient({ mode: 'anvil', transport: http(rpcUrl) });
    await node.setStorageAt({ address: cvm.appId, index: 0, value: zeroHash });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await expect(change.result()).rejects.toMatchObject({ type: 'AppContractOwnerless' });
    expect(cvm.commits).toHaveLength(0);
  });
});

/**
 * EVM code of a contract that says it is of version 3, and does for all else what the code at another address does, with
 * its own storage.
 */
const versionThree = (implementation: string): `0x${string}` => {
  const after = '3d5f5f3e603b573d5ffd5b3d5ff3';
  const otherwise = `365f5f375f5f365f73${implementation.slice(2)}5af4${after}`;
  const head = '5f3560e01c6354fd4d5014';
  const whole = (answer: number, success: number) =>
    `${head}60${hex(answer)}57${otherwise.replace('603b57', `60${hex(success)}57`)}5b60035f5260205ff3`;
  const size = (code: string) => code.length / 2;
  const start = size(head) + 3;
  const success = start + size(otherwise) - size('5b3d5ff3');
  return `0x${whole(start + size(otherwise), success)}`;
};
const hex = (number: number): string => number.toString(16).padStart(2, '0');

describe('an app contract of an unknown generation', () => {
  it('blocks the change before anybody is asked to sign, though the owner key could', async () => {
    const { rpcUrl } = rig.cloud.anvil;
    const cvm = await rig.addCvm('ownerKey');
    const client = createPublicClient({ transport: http(rpcUrl) });
    const code = (await client.getCode({ address: cvm.appId })) ?? '0x';
    const implementation = `0x${'1d'.repeat(20)}` as const;
    await setCode(rpcUrl, implementation, code);
    await setCode(rpcUrl, cvm.appId, versionThree(implementation));
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const { blocked, proposal } = await rig.until(change, 'blocked');
    expect(blocked).toMatchObject({ failure: 'AppContractUnknown', phase: 'preparing', effect: 'none' });
    expect(blocked?.message).toMatch(/version 3/);
    expect(blocked?.remedy).toContain('Nobody should sign before');
    expect(proposal).toBeNull();
    // Known again, as by a newer engine: it goes on.
    await setCode(rpcUrl, cvm.appId, code);
    await change.send('retry', { by: 'operator' });
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    expect(cvm.commits).toHaveLength(1);
  });
});
