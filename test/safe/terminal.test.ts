import { describe, expect, it } from 'vitest';
import { safeVersions } from '../../stack/localChain/safeArtefacts.js';
import { useRig } from '../rig/rig.js';
import { addressOf, atTerminal, keyOf, safeOf } from './people.js';

describe.each(safeVersions)('three people with keys, and a Safe %s', (safeVersion) => {
  const rig = useRig({ cloud: { safeVersion } });

  it('approve a change from their terminals, and anyone executes it', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.updateCvm({ ...rig.request(cvm), reason: 'release 1.4' });
    const waiting = await rig.until(change, 'awaitingRegistration');
    const { transactionHash: safeTransactionHash, address } = safeOf(waiting);
    const [alice, bob] = [atTerminal(rig, 'alice', keyOf(rig, 0)), atTerminal(rig, 'bob', keyOf(rig, 2))];
    const carol = atTerminal(rig, 'carol', rig.cloud.anvil.accounts[7]?.privateKey);

    const first = await alice('sign', change.id);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toContain(`${addressOf(rig, 0)} has signed: 1 of 3 owners signed, 2 are needed`);
    // What is signed stands there before.
    for (const fact of [waiting.composeHash, address, safeTransactionHash, 'nonce 0', cvm.appId.toLowerCase()]) {
      expect(first.stderr).toContain(fact);
    }
    expect((await change.status()).awaiting).toContain(`1 of 3 owners signed, 2 are needed: ${addressOf(rig, 0)}`);

    const rpcUrl = ['--rpc-url', rig.cloud.anvil.rpcUrl];
    const early = await carol('execute', change.id, ...rpcUrl);
    expect(early).toMatchObject({ code: 3, stdout: '' });
    expect(early.stderr).toContain('SignaturesMissing');

    const second = await bob('sign', change.id);
    expect(second.stdout).toContain('Anyone may execute it now.');
    const shown = (await carol('show', change.id)).stdout;
    expect(shown).toMatch(new RegExp(`^signed +2 of 3 owners signed, 2 are needed: ${addressOf(rig, 0)}, 0x`, 'm'));
    expect(shown).toContain(`Signed by owner ${addressOf(rig, 2)}: 2 of 2 that are needed. (bob)`);

    const executed = await carol('execute', change.id, ...rpcUrl, '--json');
    expect(executed.code, executed.stderr).toBe(0);
    const { transactionHash } = JSON.parse(executed.stdout);
    expect(await change.result()).toMatchObject({ phase: 'completed', transactionHash });
    expect(cvm.commits).toMatchObject([{ composeHash: waiting.composeHash, transactionHash }]);

    const late = await atTerminal(rig, 'dave', keyOf(rig, 1))('sign', change.id);
    expect(late).toMatchObject({ code: 2, stdout: '' });
    expect(late.stderr).toContain('has nothing to sign: it is completed');
  });

  it('sign a whole batch as one transaction', async () => {
    const cvm = await rig.addCvm('safe');
    const change = await rig.countersign.changeAllowlist({
      appId: cvm.appId,
      requestedBy: 'test',
      policy: { finality: 'latest' },
      steps: [
        { action: 'addDevice', device: { deviceId: `0x${'34'.repeat(32)}` } },
        { action: 'setAllowAnyDevice', allowed: true },
        { action: 'removeComposeHash', composeHash: cvm.composeHash },
      ],
    });
    await rig.until(change, 'awaitingRegistration');
    for (const owner of [0, 1]) {
      const { code, stderr } = await atTerminal(rig, `owner ${owner}`, keyOf(rig, owner))('sign', change.id);
      expect(code, stderr).toBe(0);
      expect(stderr.match(/^call /gm)).toHaveLength(3);
    }
    const call = JSON.parse((await atTerminal(rig, 'eve')('execute', change.id, '--calldata', '--json')).stdout);
    expect(call).toMatchObject({
      chainId: rig.cloud.anvil.chainId,
      value: '0',
      to: safeOf(await change.status()).address,
    });
    const args = ['execute', change.id, '--rpc-url', rig.cloud.anvil.rpcUrl];
    const { code, stderr } = await atTerminal(rig, 'eve', keyOf(rig, 2))(...args);
    expect(code, stderr).toBe(0);
    expect(await change.result()).toMatchObject({ kind: 'allowlist', phase: 'completed' });
  });
});
