import { encodeFunctionData, parseAbi } from 'viem';
import { describe, expect, inject, it } from 'vitest';
import type { ChangeStatus } from '../../model/status.js';
import { appComposeHash, deviceIdOf } from '../../simulator/appComposeHash.js';
import { deployTimelock } from '../../stack/localChain/deployTimelock.js';
import { deployDstackApp } from '../../stack/localChain/dstackApp.js';
import { sendCall } from '../../stack/localChain/sendCall.js';
import { useRig } from '../rig/rig.js';
import { type CliResult, runCli } from '../rig/runCli.js';

const rig = useRig();

const cli = (...args: string[]): Promise<CliResult> =>
  runCli(args, {
    environment: { TEMPORAL_ADDRESS: inject('temporalAddress'), COUNTERSIGN_TASK_QUEUE: rig.taskQueue },
  });

describe('the command line', () => {
  it('tells where the operation of a timelock stands, and prints what is to be done next', async () => {
    const { anvil, safe } = rig.cloud;
    const { rpcUrl } = anvil;
    const owner = await deployTimelock({ rpcUrl, minDelaySeconds: 3_600, proposers: [safe.address] });
    const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm(owner)));
    const { proposal } = await rig.until(change, 'awaitingRegistration');
    const timelock = proposal?.timelock;
    if (!timelock) throw new Error('nothing is proposed to the timelock');
    const { id } = timelock.operation;

    const before = (await cli('show', change.id)).stdout;
    expect(before).toMatch(new RegExp(`^timelock +operation ${id} is unscheduled$`, 'm'));
    expect(before).toMatch(/^delay +3600 s \(1 hour\)$/m);
    expect(JSON.parse((await cli('proposal', change.id)).stdout)).toMatchObject({
      transactions: [{ contractMethod: { name: 'schedule' } }],
    });
    expect((await cli('proposal', change.id, '--calldata')).stdout).toContain(timelock.schedule.call.data);

    await rig.callThroughSafe(timelock.schedule.call);
    const isScheduled = ({ proposal: now }: ChangeStatus) => now?.timelock?.operation.state === 'scheduled';
    await rig.untilStatus(change, isScheduled, 'an operation that is scheduled');
    const after = (await cli('show', change.id)).stdout;
    expect(after).toContain(`operation ${id} is scheduled`);
    expect(after).toMatch(/^ready +\d{4}-/m);
    const { stdout } = await cli('proposal', change.id);
    expect(stdout).toContain('from anyone on chain 31337');
    expect(stdout).toContain(timelock.execution.call.data);
  });

  it('points out an owner who has not accepted yet', async () => {
    const [owner, next] = [rig.cloud.anvil.accounts[7], rig.cloud.anvil.accounts[8]];
    if (!owner || !next) throw new Error('the chain has too few accounts');
    const { rpcUrl, chainId } = rig.cloud.anvil;
    const definition = { name: rig.name(), dockerComposeFile: 'services: {}\n' };
    const appContract = await deployDstackApp({
      rpcUrl,
      owner: owner.address,
      composeHash: appComposeHash(definition),
      deviceId: deviceIdOf({}),
      generation: 'ownable2Step',
    });
    const abi = parseAbi(['function transferOwnership(address newOwner)']);
    const data = encodeFunctionData({ abi, functionName: 'transferOwnership', args: [next.address] });
    await sendCall({ rpcUrl, to: appContract, data, sender: owner.privateKey });
    const cvm = rig.cloud.simulator.addCvm({ ...definition, kms: { kind: 'onchain', chainId, appContract } });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const { proposal } = await rig.until(change, 'awaitingRegistration');
    expect(proposal).toMatchObject({
      owner: owner.address.toLowerCase(),
      pendingOwner: next.address.toLowerCase(),
    });
    const { stdout } = await cli('show', change.id);
    expect(stdout).toContain(`${next.address.toLowerCase()}, who has not accepted yet`);
  });
});
