import { encodeFunctionData, type Hex, hashMessage, numberToHex, parseAbi, slice } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressSchema } from '../../model/hex.js';
import type { SafeSignature, SafeSigning } from '../../model/safe.js';
import type { AnvilAccount } from '../../stack/localChain/anvilAccounts.js';
import { deploySafe } from '../../stack/localChain/deploySafe.js';
import { deployDstackApp } from '../../stack/localChain/dstackApp.js';
import { safeVersions } from '../../stack/localChain/safeArtefacts.js';
import { sendCall } from '../../stack/localChain/sendCall.js';
import { type Anvil, startAnvil } from '../../stack/localChain/startAnvil.js';
import { type Chain, createChains } from '../chains.js';
import { registrationCalls } from '../registrationCalls.js';
import { checkSignature } from './checkSignature.js';
import { lookAtSafe } from './lookAtSafe.js';
import { proposeToSafe } from './proposeToSafe.js';
import { readSafe } from './readSafe.js';
import { encodedTransaction } from './safeTransactionHash.js';
import { sendExecution } from './sendExecution.js';
import { signSafeTransaction } from './signTransaction.js';

let anvil: Anvil;
let chain: Chain;

beforeAll(async () => {
  anvil = await startAnvil();
  chain = createChains(new Map([[anvil.chainId, [anvil.rpcUrl]]])).get(anvil.chainId);
});
afterAll(() => anvil?.stop());

const account = (index: number): AnvilAccount => {
  const found = anvil.accounts[index];
  if (!found) throw new Error(`there is no account ${index}`);
  return found;
};

const words = { title: 'Update of my-app', description: 'why' };
const entries = [{ list: 'anyDevice', allowed: true }] as const;

/** A proposal to a Safe of two keys and one Safe, all of one version, two of whom have to sign. */
async function proposal(version: (typeof safeVersions)[number]) {
  const { rpcUrl } = anvil;
  const inner = await deploySafe({ rpcUrl, version, owners: [account(5).address], threshold: 1 });
  const owners = [account(1).address, account(2).address, inner.address];
  const { address } = await deploySafe({ rpcUrl, version, owners, threshold: 2 });
  const safe = addressSchema.parse(address);
  const app = addressSchema.parse(await deployDstackApp({ rpcUrl, owner: address }));
  const state = await readSafe(chain, safe);
  if (!state) throw new Error('it does not answer like a Safe');
  const proposed = await proposeToSafe(chain, registrationCalls(app, entries), state, { safe, ...words });
  const { transaction, transactionHash } = proposed;
  if (!transaction || !transactionHash) throw new Error('nothing is proposed');
  const bound = { chainId: chain.id, safe, transaction };
  const check = (signature: Hex, owner: string | null = null) =>
    checkSignature(chain, { safe, transaction, signature, owner: owner === null ? null : addressSchema.parse(owner) });
  return { proposed, bound, transactionHash, inner: addressSchema.parse(inner.address), check };
}

const keySignature = async (index: number, bound: Parameters<typeof signSafeTransaction>[1]): Promise<Hex> =>
  (await signSafeTransaction(account(index).privateKey, bound)).signature;

/** What the Safe app has an owner of the inner Safe sign: a message of that Safe. Until 1.4.1 it is the whole document. */
function innerSignature(version: string, { inner, bound, transactionHash }: Awaited<ReturnType<typeof proposal>>) {
  return privateKeyToAccount(account(5).privateKey).signTypedData({
    domain: { chainId: chain.id, verifyingContract: inner },
    types: { SafeMessage: [{ name: 'message', type: 'bytes' }] },
    primaryType: 'SafeMessage',
    message: { message: version === '1.5.0' ? transactionHash : encodedTransaction(bound) },
  });
}

const withV = (signature: Hex, change: (v: number) => number): Hex =>
  `${slice(signature, 0, 64)}${numberToHex(change(Number(slice(signature, 64))), { size: 1 }).slice(2)}`;

const taken = (given: Omit<SafeSignature, 'by' | 'at'>): SafeSignature => ({
  ...given,
  by: 'test',
  at: new Date().toISOString(),
});

describe.each(safeVersions)('a signature for a Safe %s', (version) => {
  it('counts in every form that wallets give a key’s: over the hash, as a message, with v of 0 or 1', async () => {
    const { bound, transactionHash, check } = await proposal(version);
    const plain = await keySignature(1, bound);
    const owner = account(1).address.toLowerCase();
    expect(await check(plain)).toMatchObject({ owner, kind: 'key', signature: plain, safe: { threshold: 2 } });
    expect(await check(withV(plain, (v) => v - 27))).toMatchObject({ owner, signature: plain });
    const message = await privateKeyToAccount(account(1).privateKey).signMessage({ message: { raw: transactionHash } });
    const asMessage = withV(message, (v) => v + 4);
    expect(await check(message)).toMatchObject({ owner, kind: 'key', signature: asMessage });
    expect(await check(asMessage)).toMatchObject({ owner, kind: 'key', signature: asMessage });
  });

  it('of a key, one of a contract and an approval on chain are executed together', async () => {
    const made = await proposal(version);
    const { proposed, bound, inner, check } = made;
    const contract = await check(await innerSignature(version, made), inner);
    expect(contract).toMatchObject({ owner: inner, kind: 'contract' });
    const key = await check(await keySignature(1, bound));
    const abi = parseAbi(['function approveHash(bytes32 hashToApprove)']);
    const data = encodeFunctionData({ abi, functionName: 'approveHash', args: [made.transactionHash] });
    const { rpcUrl } = anvil;
    await sendCall({ rpcUrl, to: bound.safe, data, sender: account(2).privateKey });
    const known: SafeSigning = { ...proposed, threshold: 2, signatures: [contract, key].map(taken) };
    const { safe, news } = await lookAtSafe(chain, known, 0);
    expect(news).toEqual([`Approved on chain by owner ${account(2).address.toLowerCase()}.`]);
    expect(safe.signatures).toHaveLength(3);
    // All three, though two would do: the threshold is raised for it.
    const all = { ...safe, threshold: 3 };
    await sendExecution(chain, all, { privateKey: account(7).privateKey, onSigned: () => {}, patience: 20 });
    expect((await readSafe(chain, bound.safe))?.nonce).toBe(1);
    await expect(check(await keySignature(1, bound))).rejects.toMatchObject({ type: 'SafeNonceTaken' });
  });

  it('of a contract counts only where the contract says so', async () => {
    const made = await proposal(version);
    const [right, wrong] = [await innerSignature(version, made), await keySignature(5, made.bound)];
    await expect(made.check(wrong, made.inner)).rejects.toMatchObject({ type: 'SignatureInvalid' });
    expect(await made.check(right, made.inner)).toMatchObject({ kind: 'contract' });
    // Without the owner's name it would be one of a key, who is none.
    await expect(made.check(right)).rejects.toMatchObject({ type: 'SignatureOfNoOwner' });
    await expect(made.check(right, made.bound.transaction.to)).rejects.toMatchObject({ type: 'SignatureOfNoOwner' });
  });
});

describe('a signature that does not count', () => {
  it('is refused with what it was made for, where that can be told', async () => {
    const { bound, transactionHash, check } = await proposal('1.5.0');
    const { transaction } = bound;
    const owner = account(1).address.toLowerCase();
    const refused = (signature: Hex, type: string, words: string) =>
      expect(check(signature)).rejects.toMatchObject({ type, message: expect.stringContaining(words) });

    const otherNonce = { ...bound, transaction: { ...transaction, nonce: 2 } };
    const overNonce = `It is ${owner}'s, over the same with nonce 2; the nonce is 0.`;
    await refused(await keySignature(1, otherNonce), 'SignatureOfNoOwner', overNonce);
    const overChain = `It is ${owner}'s, over the same on chain 8453; the Safe is on chain ${chain.id}.`;
    await refused(await keySignature(1, { ...bound, chainId: 8453 }), 'SignatureOfNoOwner', overChain);
    const text = await privateKeyToAccount(account(1).privateKey).signMessage({ message: transactionHash });
    await refused(text, 'SignatureOfNoOwner', `It is ${owner}'s, over the hash as text`);
    const stranger = account(6).address.toLowerCase();
    const unknown = `${stranger} is no owner of the Safe ${bound.safe}, or it was made over something else.`;
    await refused(await keySignature(6, bound), 'SignatureOfNoOwner', unknown);
    await refused(await keySignature(6, bound), 'SignatureOfNoOwner', `To be signed is ${transactionHash}, by one of`);
    await refused('0x1234', 'SignatureInvalid', '2 bytes');
    await refused(`0x${'00'.repeat(65)}`, 'SignatureInvalid', 'none fits');
  });

  it('is one of another owner than was named', async () => {
    const { bound, check } = await proposal('1.5.0');
    await expect(check(await keySignature(1, bound), account(2).address)).rejects.toMatchObject({
      type: 'SignatureOfNoOwner',
      message: expect.stringContaining(`It is not ${account(2).address.toLowerCase()}'s`),
    });
  });

  it('is none of a hash that was signed as a message by a stranger', async () => {
    const { transactionHash, check } = await proposal('1.5.0');
    const signature = await privateKeyToAccount(account(6).privateKey).sign({
      hash: hashMessage({ raw: transactionHash }),
    });
    await expect(check(signature)).rejects.toMatchObject({ type: 'SignatureOfNoOwner' });
  });
});
