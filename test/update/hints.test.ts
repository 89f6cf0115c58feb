import { createPublicClient, createWalletClient, http, parseAbi } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import { MessageRefusedError } from '../../client/errors.js';
import type { ChangeStatus } from '../../model/status.js';
import { useRig } from '../rig/rig.js';
import { patient } from '../watcher/patient.js';
import { untilItLooked, untilItWaits } from '../watcher/seen.js';

/**
 * They look once by themselves, before the tests go on: these changes share a Safe, and a look that saw what the others do
 * with it would start a proposal anew, and turn away what is being checked.
 */
const rig = useRig({ activities: patient });

const abi = parseAbi([
  'function addComposeHash(bytes32 composeHash)',
  'function removeComposeHash(bytes32 composeHash)',
]);
const otherHash = `0x${'5a'.repeat(32)}` as const;

/** A change that waits, with its CVM. */
async function waiting(): Promise<{ change: Change; status: ChangeStatus }> {
  const cvm = await rig.addCvm('safe');
  const change = await rig.countersign.updateCvm(rig.request(cvm));
  return { change, status: await untilItWaits(rig, change) };
}

async function encode(functionName: 'addComposeHash' | 'removeComposeHash', hash: `0x${string}`) {
  const { encodeFunctionData } = await import('viem');
  return encodeFunctionData({ abi, functionName, args: [hash] });
}

/** An account of its own for each test: two that send at once would take the same nonce. */
function wallet(index: number) {
  const key = rig.cloud.anvil.accounts[index]?.privateKey ?? '0x';
  return createWalletClient({ account: privateKeyToAccount(key), transport: http(rig.cloud.anvil.rpcUrl) });
}

/** Delivers a hash that is no registration, and sees the change wait on as before. */
async function refusal({ change, status }: { change: Change; status: ChangeStatus }, transactionHash: `0x${string}`) {
  const error = await change.send('registered', { by: 'mallory', transactionHash }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(MessageRefusedError);
  const after = await change.status();
  expect(after).toMatchObject({ phase: 'awaitingRegistration', registration: null, composeHash: status.composeHash });
  expect(rig.cloud.simulator.ledger.commitsOf(status.cvmId ?? '')).toHaveLength(0);
  return (error as MessageRefusedError).type;
}

/** The change is none the worse for it: the right transaction still carries it to its end. */
async function stillCompletes({ change, status }: { change: Change; status: ChangeStatus }): Promise<void> {
  const transactionHash = await rig.signAndExecute(status);
  await change.send('registered', { by: 'alice', transactionHash });
  expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
}

describe.concurrent('a transaction hash that is no registration of this change is refused by its own name, and the change waits on', () => {
  it('unknown', async () => {
    const change = await waiting();
    expect(await refusal(change, otherHash)).toBe('TransactionUnknown');
    await stillCompletes(change);
  });

  it('reverted', async () => {
    const change = await waiting();
    const data = await encode('addComposeHash', change.status.composeHash ?? '0x');
    // Not the owner: the contract reverts. Gas is given, else the node would not take it.
    const hash = await wallet(8).sendTransaction({ chain: null, to: change.status.appId ?? '0x', data, gas: 200_000n });
    await createPublicClient({ transport: http(rig.cloud.anvil.rpcUrl) }).waitForTransactionReceipt({ hash });
    expect(await refusal(change, hash)).toBe('TransactionReverted');
    await stillCompletes(change);
  });

  it('of another contract', async () => {
    const change = await waiting();
    const { appId } = await rig.addCvm('safe');
    const data = await encode('addComposeHash', change.status.composeHash ?? '0x');
    const { transactionHash } = await rig.callThroughSafe({ to: appId, data });
    expect(await refusal(change, transactionHash)).toBe('TransactionOfAnotherContract');
    await stillCompletes(change);
  });

  it('that registered nothing at all', async () => {
    const change = await waiting();
    const hash = await wallet(9).sendTransaction({ chain: null, to: change.status.appId ?? '0x', data: '0x8da5cb5b' });
    expect(await refusal(change, hash)).toBe('TransactionOfAnotherContract');
    await stillCompletes(change);
  });

  it('of another compose hash', async () => {
    const change = await waiting();
    const data = await encode('addComposeHash', otherHash);
    const { transactionHash } = await rig.callThroughSafe({ to: change.status.appId ?? '0x', data });
    expect(await refusal(change, transactionHash)).toBe('TransactionOfAnotherComposeHash');
    await stillCompletes(change);
  });

  it('of a Safe that reports failure inside a successful transaction', async () => {
    const change = await waiting();
    const { appId } = await rig.addCvm('ownerKey'); // Not the Safe's: its call fails inside.
    const data = await encode('addComposeHash', change.status.composeHash ?? '0x');
    const { transactionHash, succeeded } = await rig.callThroughSafe({ to: appId, data, safeTxGas: 100_000n });
    expect(succeeded).toBe(false);
    expect(await refusal(change, transactionHash)).toBe('SafeExecutionFailed');
    await stillCompletes(change);
  });

  it('revoked since', async () => {
    const change = await waiting();
    await change.change.send('pause', { by: 'test' });
    const { appId, composeHash } = change.status;
    const { transactionHash } = await rig.callThroughSafe({
      to: appId ?? '0x',
      data: await encode('addComposeHash', composeHash ?? '0x'),
    });
    await rig.callThroughSafe({ to: appId ?? '0x', data: await encode('removeComposeHash', composeHash ?? '0x') });
    expect(await refusal(change, transactionHash)).toBe('RegistrationRevoked');
    await change.change.send('resume', { by: 'test' });
    await stillCompletes(change);
  });
});

describe.concurrent('a malformed transaction hash', () => {
  it('is refused by the client before it is sent', async () => {
    const { change } = await waiting();
    const before = await rig.substance(change);
    for (const transactionHash of ['0x1234', 'nonsense', '5a'.repeat(32), '']) {
      await expect(change.send('registered', { by: 'test', transactionHash })).rejects.toThrow('transactionHash');
    }
    expect(await rig.substance(change)).toEqual(before);
  });

  it('is refused by the validator of the change, without an event in its history', async () => {
    const { change } = await waiting();
    const handle = rig.client.workflow.getHandle(change.id);
    const before = await rig.substance(change);
    for (const args of [
      [{ by: 'test', transactionHash: '0x1234' }],
      [{ transactionHash: otherHash }],
      ['text'],
      [],
      [null],
    ]) {
      // As anyone can send it, past the types of the client.
      const refused = await handle
        .executeUpdate<unknown, [unknown]>('registered', { args: args as [unknown] })
        .catch((error: Error) => error.cause);
      expect(refused).toMatchObject({ type: 'InvalidMessage' });
    }
    expect(await rig.substance(change)).toEqual(before);
  });

  it('is ignored where it comes by signal, and the record says so', async () => {
    const { change } = await waiting();
    await rig.client.workflow.getHandle(change.id).signal('transactionHash', { any: 'thing' });
    const saysSo = ({ events }: ChangeStatus) => events.some(({ what }) => what.includes('malformed'));
    await rig.untilStatus(change, saysSo, 'a line about the signal');
  });
});

describe.concurrent('hints', () => {
  it('may come before the change is ready for them', async () => {
    const cvm = await rig.addCvm('safe');
    const handle = (id: string) => rig.client.workflow.getHandle(id);
    const hang = rig.cloud.simulator.faults.add({
      endpoint: 'patchCvm',
      cvm: cvm.vmUuid,
      what: { kind: 'delay', milliseconds: 1_500 },
    });
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await handle(change.id).signal('transactionHash', otherHash);
    const status = await rig.untilStatus(
      change,
      ({ events }) => events.some(({ what }) => what.startsWith('Not accepted')),
      'a line about the early hint',
    );
    expect(hang.used).toBe(1);
    await untilItLooked(change);
    await stillCompletes({ change, status });
  });

  it('may come many at once, right and wrong ones: the right one carries the change to one commit', async () => {
    const { change, status } = await waiting();
    const transactionHash = await rig.signAndExecute(status);
    const wrong = Array.from({ length: 5 }, (_, index) => `0x${String(index).repeat(64)}` as const);
    const answers = await Promise.allSettled(
      [...wrong, transactionHash, transactionHash].map((hash) =>
        change.send('registered', { by: 'test', transactionHash: hash }),
      ),
    );
    expect(answers.some(({ status: outcome }) => outcome === 'fulfilled')).toBe(true);
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    expect(rig.cloud.simulator.ledger.commitsOf(status.cvmId ?? '')).toHaveLength(1);
  });

  it('may be given without a hash: the registration is looked for at once', async () => {
    const { change, status } = await waiting();
    await expect(change.send('registered', { by: 'test' })).rejects.toMatchObject({ type: 'RegistrationNotSeen' });
    const transactionHash = await rig.signAndExecute(status);
    await change.send('registered', { by: 'test' });
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
  });
});
