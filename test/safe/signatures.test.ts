import { encodeFunctionData, type Hex, parseAbi } from 'viem';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../client/change.js';
import type { ChangeStatus } from '../../model/status.js';
import { sendCall } from '../../stack/localChain/sendCall.js';
import { useRig } from '../rig/rig.js';
import { addressOf, keyOf, safeOf, signed } from './people.js';

const rig = useRig();

const start = async () => {
  const cvm = await rig.addCvm('safe');
  const change = await rig.countersign.updateCvm(rig.request(cvm));
  return { cvm, change, waiting: await rig.until(change, 'awaitingRegistration') };
};

const end = async (change: Change) => {
  await change.send('cancel', { by: 'test' });
  await change.result();
};

const sign = async (change: Change, waiting: ChangeStatus, owner: number) =>
  change.send('sign', { by: `owner ${owner}`, signature: await signed(rig, waiting, keyOf(rig, owner)) });

const ownersOf = async (change: Change) => safeOf(await change.status()).signatures.map(({ owner }) => owner);
const linesOf = async (change: Change) => (await change.status()).events.map(({ what }) => what).join('\n');

/** A signature whose sender did not wait for the one before. */
const allAtOnce = (change: Change, signatures: readonly Hex[]) =>
  Promise.allSettled(signatures.map((signature) => change.send('sign', { by: 'somebody', signature })));

describe('signatures that are delivered', () => {
  it('are counted once each, by whomever, in whatever order, however often', async () => {
    const { change, waiting } = await start();
    const [one, two, three] = await Promise.all([0, 1, 2].map((owner) => signed(rig, waiting, keyOf(rig, owner))));
    if (!one || !two || !three) throw new Error('nothing was signed');
    const answers = await allAtOnce(change, [one, two, one, three, two, one, three, two, one, three]);
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill('fulfilled'));
    expect((await ownersOf(change)).toSorted()).toEqual([0, 1, 2].map((owner) => addressOf(rig, owner)).toSorted());
    expect((await linesOf(change)).match(/^Signed by owner/gm)).toHaveLength(3);
    const again = await change.send('sign', { by: 'somebody', signature: one });
    expect(again.summary).toContain(`${addressOf(rig, 0)} has signed already: 3 of 3 owners signed, 2 are needed`);
    await end(change);
  });

  it('are shown with who delivered them, and with what is still missing', async () => {
    const { change, waiting } = await start();
    const answer = await sign(change, waiting, 1);
    expect(answer).toMatchObject({ phase: 'awaitingRegistration' });
    const status = await change.status();
    expect(status.proposal?.safe?.signatures).toMatchObject([{ owner: addressOf(rig, 1), kind: 'key', by: 'owner 1' }]);
    expect(status.awaiting).toContain(`1 of 3 owners signed, 2 are needed: ${addressOf(rig, 1)}`);
    expect(status.events.at(-1)).toMatchObject({
      by: 'owner 1',
      what: expect.stringContaining('1 of 2 that are needed'),
    });
    await end(change);
  });

  it('are refused with the reason, and the change waits on', async () => {
    const { change, waiting } = await start();
    const key = keyOf(rig, 0);
    const refused = async (signature: Hex, type: string, words: string) => {
      const error = await change.send('sign', { by: 'mallory', signature }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ type, message: expect.stringContaining(words) });
    };
    const { nonce } = safeOf(waiting);
    await refused(await signed(rig, waiting, key, { chainId: 1 }), 'SignatureOfNoOwner', 'over the same on chain 1');
    await refused(
      await signed(rig, waiting, key, { nonce: BigInt(nonce + 1) }),
      'SignatureOfNoOwner',
      `with nonce ${nonce + 1}`,
    );
    const stranger = rig.cloud.anvil.accounts[8];
    if (!stranger) throw new Error('the chain has too few accounts');
    const byStranger = await signed(rig, waiting, stranger.privateKey);
    await refused(byStranger, 'SignatureOfNoOwner', `${stranger.address.toLowerCase()} is no owner`);
    await refused('0xabcd', 'SignatureInvalid', '2 bytes');
    const other = `0x${'ab'.repeat(32)}` as const;
    const error = await change
      .send('sign', { by: 'bob', signature: await signed(rig, waiting, key), safeTransactionHash: other })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ type: 'SignatureOfAnotherTransaction', message: expect.stringContaining(other) });
    expect(await ownersOf(change)).toEqual([]);
    expect(await linesOf(change)).toContain('Signature not accepted: ');
    await expect(change.send('sign', { by: 'bob', signature: 'hello' })).rejects.toMatchObject({
      message: expect.stringContaining('signature: must be a signature'),
    });
    await end(change);
  });

  it('are one of each owner: another one of the same is refused', async () => {
    const { change, waiting } = await start();
    await sign(change, waiting, 0);
    const { privateKeyToAccount } = await import('viem/accounts');
    const { transactionHash } = safeOf(waiting);
    const asMessage = await privateKeyToAccount(keyOf(rig, 0)).signMessage({ message: { raw: transactionHash } });
    const error = await change.send('sign', { by: 'bob', signature: asMessage }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      type: 'OwnerHasSigned',
      message: expect.stringContaining(`${addressOf(rig, 0)} has signed already`),
    });
    await end(change);
  });

  it('are not wanted where no Safe has to sign', async () => {
    const cvm = await rig.addCvm('external');
    const change = await rig.countersign.updateCvm(rig.request(cvm));
    await rig.until(change, 'awaitingRegistration');
    const error = await change
      .send('sign', { by: 'bob', signature: `0x${'11'.repeat(65)}` })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ type: 'NotSignable', message: expect.stringContaining('the registrar is external') });
    await end(change);
  });

  it('survive workers that are replaced', async () => {
    const { change, waiting } = await start();
    await sign(change, waiting, 0);
    await rig.stopWorkers();
    await rig.startWorkers();
    expect(await ownersOf(change)).toEqual([addressOf(rig, 0)]);
    await end(change);
  });

  it('are found on chain, too, where an owner approved there', async () => {
    const { change, waiting } = await start();
    const { address, transactionHash } = safeOf(waiting);
    const abi = parseAbi(['function approveHash(bytes32 hashToApprove)']);
    const data = encodeFunctionData({ abi, functionName: 'approveHash', args: [transactionHash] });
    await sendCall({ rpcUrl: rig.cloud.anvil.rpcUrl, to: address, data, sender: keyOf(rig, 2) });
    const approved = ({ proposal }: ChangeStatus) => proposal?.safe?.signatures.length === 1;
    const status = await rig.untilStatus(change, approved, 'an approval');
    expect(safeOf(status).signatures).toMatchObject([{ owner: addressOf(rig, 2), kind: 'approval', by: null }]);
    expect(await linesOf(change)).toContain(`Approved on chain by owner ${addressOf(rig, 2)}.`);
    await end(change);
  });
});
