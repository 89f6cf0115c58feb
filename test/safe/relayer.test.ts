import { parseEther } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import type { ChangeStatus } from '../../model/status.js';
import { advanceChain } from '../../stack/localChain/advanceChain.js';
import { deployTimelock } from '../../stack/localChain/deployTimelock.js';
import { setBalance } from '../../stack/localChain/faults.js';
import { useRig } from '../rig/rig.js';
import { atTerminal, keyOf, signed } from './people.js';

const relayerKey = generatePrivateKey();
const relayer = privateKeyToAccount(relayerKey).address;
const rig = useRig({ relayerKey });

const fund = (ether: string) => setBalance(rig.cloud.anvil.rpcUrl, relayer, parseEther(ether));
beforeAll(() => fund('10'));

const signByTwo = async (change: Change, status: ChangeStatus) => {
  for (const owner of [0, 1]) {
    await change.send('sign', { by: `owner ${owner}`, signature: await signed(rig, status, keyOf(rig, owner)) });
  }
};

const linesOf = async (change: Change) => (await change.status()).events.map(({ what }) => what).join('\n');

describe('a relayer of the workers', () => {
  it('executes what enough owners have signed, once, and nobody else has to do anything', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const waiting = await rig.until(change, 'awaitingRegistration');
    expect(waiting.proposal?.relayer).toBe(relayer.toLowerCase());
    await signByTwo(change, waiting);
    const result = await change.result();
    expect(result).toMatchObject({ phase: 'completed', composeHash: waiting.composeHash });
    expect(await linesOf(change)).toContain(`Mined: ${result.transactionHash}.`);
    expect(cvm.commits).toHaveLength(1);
  });

  it('that cannot pay holds nothing up: anyone executes it', async () => {
    await fund('0');
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await signByTwo(change, await rig.until(change, 'awaitingRegistration'));
    await expect.poll(() => linesOf(change), { timeout: 20_000 }).toContain('did not execute it: ');
    expect((await change.status()).phase).toBe('awaitingRegistration');
    const executor = atTerminal(rig, 'eve', keyOf(rig, 2));
    const { code, stderr } = await executor('execute', change.id, '--rpc-url', rig.cloud.anvil.rpcUrl);
    expect(code, stderr).toBe(0);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
    await fund('10');
  });

  it('schedules and executes for a timelock, each when it is time', async () => {
    const proposers = [rig.cloud.safe.address];
    const { rpcUrl } = rig.cloud.anvil;
    const owner = await deployTimelock({ rpcUrl, minDelaySeconds: 3_600, proposers, executors: proposers });
    const change = await rig.countersign.updateCvm(rig.request(await rig.addCvm(owner)));
    const inState = (state: string) => (status: ChangeStatus) => status.proposal?.timelock?.operation.state === state;
    await signByTwo(change, await rig.until(change, 'awaitingRegistration'));
    const scheduled = await rig.untilStatus(change, inState('scheduled'), 'an operation that is scheduled');
    // Signed while the delay runs, executed when it is over.
    await signByTwo(change, scheduled);
    await advanceChain(rpcUrl, 3_600);
    expect(await change.result()).toMatchObject({ phase: 'completed' });
  });
});
