import { describe, expect, it } from 'vitest';
import { transactionHashSignal } from '../../model/messages.js';
import { useRig } from '../rig/rig.js';

const rig = useRig();

describe('an update of a CVM whose app is owned by a Safe', () => {
  it('runs from the request to the running CVM: prepared, signed, verified, committed once, followed', async () => {
    const cvm = await rig.addCvm('safe');
    const base = cvm.composeHash;
    const change = await rig.countersign.updateCvm({ ...rig.request(cvm), reason: 'release 1.4' });
    const waiting = await rig.until(change, 'awaitingRegistration');
    expect(waiting).toMatchObject({
      route: 'onChain',
      baseComposeHash: base,
      hashCheck: 'matched',
      requestedBy: 'test',
      reason: 'release 1.4',
      proposal: {
        registrar: 'safe',
        owner: rig.cloud.safe.address.toLowerCase(),
        pendingOwner: null,
        safe: { version: '1.5.0', threshold: 2, queueUrl: null },
        calls: [
          { method: 'addComposeHash', arguments: [{ name: 'composeHash', value: waiting.composeHash }], to: cvm.appId },
        ],
      },
    });
    expect(waiting.awaiting).toContain('2 of 3 owners of the Safe');
    expect(cvm.commits).toHaveLength(0);

    const transactionHash = await rig.signAndExecute(waiting);
    const answer = await change.send('registered', { by: 'alice', transactionHash });
    expect(answer.summary).toContain('stands in block');

    const result = await change.result();
    expect(result).toMatchObject({ phase: 'completed', composeHash: waiting.composeHash, transactionHash });
    expect(cvm.commits).toMatchObject([
      { composeHash: waiting.composeHash, via: 'token', transactionHash, correlationId: result.correlationId },
    ]);
    expect(cvm.bootedComposeHash).toBe(waiting.composeHash);
  });

  it('proposes the very transaction whose hash the owners sign', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const { proposal, composeHash } = await rig.until(change, 'awaitingRegistration');
    const { executeSafeTransaction } = await import('../../stack/localChain/executeSafeTransaction.js');
    const { anvil, safe } = rig.cloud;
    const [call] = proposal?.calls ?? [];
    // Signed and hashed by code that knows nothing of the engine's own, and checked by the Safe itself.
    const { safeTxHash } = await executeSafeTransaction({
      rpcUrl: anvil.rpcUrl,
      safe: safe.address,
      signers: safe.owners.slice(1).map(({ privateKey }) => privateKey),
      to: call?.to ?? '0x',
      data: call?.data ?? '0x',
    });
    expect(proposal?.safe?.transactionHash).toBe(safeTxHash);
    expect(JSON.parse(proposal?.safe?.batchFile ?? '{}')).toMatchObject({
      chainId: '31337',
      transactions: [{ contractInputsValues: { composeHash } }],
    });
  });

  it('goes on by a signal, too', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const transactionHash = await rig.signAndExecute(await rig.until(change, 'awaitingRegistration'));
    await rig.client.workflow.getHandle(change.id).signal(transactionHashSignal, transactionHash);
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    expect(cvm.commits).toMatchObject([{ transactionHash }]);
  });

  it('finds the registration by itself where nobody tells', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    const transactionHash = await rig.signAndExecute(await rig.until(change, 'awaitingRegistration'));
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    expect(cvm.commits).toMatchObject([{ transactionHash }]);
  });

  it('waits for nobody where the hash is registered already', async () => {
    const cvm = await rig.addCvm('safe');
    const request = rig.request(cvm);
    await rig.carryOut(await rig.countersign.updateCvm(request));
    const back = { ...request, update: { dockerComposeFile: 'services: {}\n' } };
    await rig.carryOut(await rig.countersign.updateCvm(back));

    const again = await rig.countersign.updateCvm(request);
    const { phase, transactionHash } = await again.result();
    expect(phase).toBe('completed');
    expect(transactionHash).toMatch(/^0x/);
    expect((await again.status()).events.map(({ what }) => what).join()).not.toContain('awaiting');
    expect(cvm.commits).toHaveLength(3);
  });

  it('costs no more history for a longer wait, and 60 events at the most', async () => {
    const events = async (wait: number): Promise<readonly string[]> => {
      const cvm = await rig.addCvm('safe');
      const change = await rig.countersign.updateCvm(rig.request(cvm));
      const waiting = await rig.until(change, 'awaitingRegistration');
      await new Promise((resolve) => setTimeout(resolve, wait));
      const transactionHash = await rig.signAndExecute(waiting);
      await change.send('registered', { by: 'test', transactionHash });
      await change.result();
      // Sixty with the task that settles the look which is not needed any more.
      expect(await rig.lengthOf(change)).toBeLessThanOrEqual(57);
      return (await rig.substance(change)).toSorted();
    };
    // One after the other: a transaction of one would take the nonce of the other. The longer wait has two polls in it.
    const [short, long] = [await events(0), await events(13_000)];
    expect(long).toEqual(short);
  });
});
