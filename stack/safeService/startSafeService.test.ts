import { concat, encodeFunctionData, getAddress, type Hex, numberToHex, pad, parseAbi, size, slice, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AnvilAccount } from '../localChain/anvilAccounts.js';
import { deploySafe } from '../localChain/deploySafe.js';
import { executeSafeTransaction } from '../localChain/executeSafeTransaction.js';
import { safeAbi } from '../localChain/safeAbi.js';
import { connectLocalChain } from '../localChain/localChain.js';
import { sendCall } from '../localChain/sendCall.js';
import { type Anvil, startAnvil } from '../localChain/startAnvil.js';
import { deletionHash } from './deletion.js';
import { type SafeTx, safeTxHash, safeTxPreimage } from './safeTxHash.js';
import { type SafeService, startSafeService } from './startSafeService.js';

const apiKey = 'a-key-of-the-operator';
const nobody = '0x0000000000000000000000000000000000000000';
let anvil: Anvil;
let service: SafeService;

beforeAll(async () => {
  anvil = await startAnvil();
  service = await startSafeService({ rpcUrl: anvil.rpcUrl, apiKey });
});
afterEach(() => service.faults.heal());
afterAll(async () => {
  await service?.close();
  await anvil?.stop();
});

const account = (index: number): AnvilAccount => {
  const found = anvil.accounts[index];
  if (!found) throw new Error(`there is no account ${index}`);
  return found;
};

/** A Safe of accounts 1 and 2 and of a Safe of account 5, and what is proposed to it. */
async function aSafe() {
  const { rpcUrl, chainId } = anvil;
  const inner = await deploySafe({ rpcUrl, owners: [account(5).address], threshold: 1, version: '1.4.1' });
  const owners = [account(1).address, account(2).address, inner.address];
  const deployed = await deploySafe({ rpcUrl, owners, threshold: 2, version: '1.4.1' });
  const safe = getAddress(deployed.address);
  const transaction = (nonce = 0n): SafeTx => ({
    to: getAddress(`0x${'cd'.repeat(20)}`),
    value: 0n,
    data: '0x1234',
    operation: 0,
    safeTxGas: 0n,
    baseGas: 0n,
    gasPrice: 0n,
    gasToken: nobody,
    refundReceiver: nobody,
    nonce,
  });
  const hash = (nonce?: bigint) => safeTxHash(safe, chainId, transaction(nonce));
  return { safe, inner: getAddress(inner.address), transaction, hash };
}

type Made = Awaited<ReturnType<typeof aSafe>>;

const sign = (index: number, hash: Hex): Promise<Hex> => privateKeyToAccount(account(index).privateKey).sign({ hash });

async function call(method: string, path: string, body?: object, key: string | null = apiKey) {
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) : null };
}

async function propose({ safe, transaction, hash }: Made, index: number, more: object = {}, nonce = 0n) {
  const { value, data, operation, to, gasToken, refundReceiver } = transaction(nonce);
  return call('POST', `/v2/safes/${safe}/multisig-transactions/`, {
    ...{ to, value: String(value), data, operation, gasToken, refundReceiver, nonce: String(nonce) },
    ...{ safeTxGas: '0', baseGas: '0', gasPrice: '0' },
    contractTransactionHash: hash(nonce),
    sender: account(index).address,
    signature: await sign(index, hash(nonce)),
    ...more,
  });
}

const list = async (safe: string, query = 'executed=false') =>
  (await call('GET', `/v2/safes/${safe}/multisig-transactions/?${query}`)).body;
const confirm = (hash: Hex, signature: Hex) =>
  call('POST', `/v1/multisig-transactions/${hash}/confirmations/`, { signature });

describe('the stand-in for the Transaction Service', () => {
  it('computes the hash that the Safe itself computes', async () => {
    const { safe, transaction, hash } = await aSafe();
    const tx = transaction(3n);
    const { to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver, nonce } = tx;
    const { reader } = await connectLocalChain(anvil.rpcUrl);
    const args = [to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver, nonce] as const;
    const own = await reader.readContract({ address: safe, abi: safeAbi, functionName: 'getTransactionHash', args });
    expect(hash(3n)).toBe(own);
  });

  it('keeps one entry of a hash, however often it is proposed, with the confirmation of an owner', async () => {
    const made = await aSafe();
    expect((await propose(made, 1)).status).toBe(201);
    expect((await propose(made, 1)).status).toBe(201);
    expect((await propose(made, 2)).status).toBe(201);
    const { count, results } = await list(made.safe);
    expect(count).toBe(1);
    expect(results[0]).toMatchObject({
      safeTxHash: made.hash(),
      nonce: '0',
      proposer: account(1).address,
      proposedByDelegate: null,
      confirmationsRequired: 2,
      isExecuted: false,
      trusted: true,
      confirmations: [
        { owner: account(1).address, signatureType: 'EOA' },
        { owner: account(2).address, signatureType: 'EOA' },
      ],
    });
  });

  it('lets a delegate propose, whose signature is no confirmation', async () => {
    const made = await aSafe();
    expect((await propose(made, 7)).status).toBe(422);
    service.addDelegate(made.safe, account(7).address, account(2).address);
    expect((await propose(made, 7)).status).toBe(201);
    const { results } = await list(made.safe);
    expect(results).toMatchObject([
      { proposer: account(2).address, proposedByDelegate: account(7).address, confirmations: [] },
    ]);
    expect((await confirm(made.hash(), await sign(7, made.hash()))).status).toBe(400);
  });

  it.each([
    ['another hash', { contractTransactionHash: `0x${'1'.repeat(64)}` }],
    ['the signature of somebody else', { signature: `0x${'1'.repeat(128)}1b` }],
    ['an address without its checksum', { to: `0x${'cd'.repeat(20)}` }],
    ['a sender who has not signed', { sender: () => account(2).address }],
  ])('turns down a proposal with %s', async (_case, wrong) => {
    const made = await aSafe();
    const more = Object.fromEntries(
      Object.entries(wrong).map(([name, value]) => [name, typeof value === 'function' ? value() : value]),
    );
    expect((await propose(made, 1, more)).status).toBe(422);
    expect((await list(made.safe)).count).toBe(0);
  });

  it('hides what nobody has signed', async () => {
    const made = await aSafe();
    expect((await propose(made, 1, { signature: null })).status).toBe(201);
    expect((await list(made.safe)).count).toBe(0);
    expect((await list(made.safe, 'trusted=false')).count).toBe(1);
  });

  it('takes confirmations in each form, one of each owner', async () => {
    const made = await aSafe();
    const hash = made.hash();
    await propose(made, 1);
    expect((await confirm(`0x${'9'.repeat(64)}`, await sign(2, hash))).status).toBe(404);
    expect((await confirm(hash, await sign(6, hash))).status).toBe(400);
    const message = await privateKeyToAccount(account(2).privateKey).signMessage({ message: { raw: hash } });
    const asMessage: Hex = concat([slice(message, 0, 64), numberToHex(Number(slice(message, 64)) + 4, { size: 1 })]);
    expect((await confirm(hash, asMessage)).status).toBe(201);
    expect((await confirm(hash, await sign(2, hash))).status).toBe(201);
    // What an owner of the inner Safe signs: a message of that Safe (until 1.4.1 it is the whole document).
    const word = await privateKeyToAccount(account(5).privateKey).signTypedData({
      domain: { chainId: anvil.chainId, verifyingContract: made.inner },
      types: { SafeMessage: [{ name: 'message', type: 'bytes' }] },
      primaryType: 'SafeMessage',
      message: { message: safeTxPreimage(made.safe, anvil.chainId, made.transaction()) },
    });
    const contract = (bytes: Hex): Hex =>
      concat([pad(made.inner), toHex(65, { size: 32 }), '0x00', toHex(size(bytes), { size: 32 }), bytes]);
    expect((await confirm(hash, contract(`0x${'1'.repeat(130)}`))).status).toBe(400);
    expect((await confirm(hash, contract(word))).status).toBe(201);
    const kinds = service.queued(made.safe).flatMap(({ confirmations }) => confirmations.map((c) => c.signatureType));
    expect(kinds).toEqual(['EOA', 'ETH_SIGN', 'CONTRACT_SIGNATURE']);
  });

  it('takes an approval on chain for one, where it stands there', async () => {
    const made = await aSafe();
    const hash = made.hash();
    await propose(made, 1);
    const approval: Hex = concat([pad(account(2).address), toHex(0, { size: 32 }), '0x01']);
    expect((await confirm(hash, approval)).status).toBe(400);
    const abi = parseAbi(['function approveHash(bytes32 hashToApprove)']);
    const data = encodeFunctionData({ abi, functionName: 'approveHash', args: [hash] });
    await sendCall({ rpcUrl: anvil.rpcUrl, to: made.safe, data, sender: account(2).privateKey });
    expect(await confirm(hash, approval)).toMatchObject({ status: 201 });
  });

  it('knows what is executed by the chain, and takes nothing for that nonce any more', async () => {
    const made = await aSafe();
    const { to, data } = made.transaction();
    await propose(made, 1);
    const signers = [account(1).privateKey, account(2).privateKey];
    const { transactionHash } = await executeSafeTransaction({
      rpcUrl: anvil.rpcUrl,
      safe: made.safe,
      signers,
      to,
      data,
    });
    expect((await list(made.safe)).count).toBe(0);
    expect((await call('GET', `/v2/multisig-transactions/${made.hash()}/`)).body).toMatchObject({
      isExecuted: true,
      transactionHash,
    });
    expect((await confirm(made.hash(), await sign(2, made.hash()))).status).toBe(400);
    expect((await propose(made, 1)).status).toBe(422);
    expect((await propose(made, 1, {}, 1n)).status).toBe(201);
  });

  it('lists from a nonce on, in the order that is asked for, page by page', async () => {
    const made = await aSafe();
    for (const nonce of [2n, 0n, 1n]) await propose(made, 1, {}, nonce);
    const nonces = async (query: string) =>
      (await list(made.safe, query)).results.map(({ nonce }: { nonce: string }) => nonce);
    expect(await nonces('executed=false')).toEqual(['2', '1', '0']);
    expect(await nonces('executed=false&nonce__gte=1&ordering=nonce')).toEqual(['1', '2']);
    expect(await nonces('nonce=1')).toEqual(['1']);
    expect(await nonces('limit=1&offset=1')).toEqual(['1']);
    expect(await list(made.safe, 'limit=1')).toMatchObject({ count: 3, countUniqueNonce: 3, previous: null });
  });

  it('deletes for who proposed it only', async () => {
    const made = await aSafe();
    await propose(made, 1);
    const [entry] = service.queued(made.safe);
    if (!entry) throw new Error('nothing is queued');
    const toDelete = deletionHash(entry, anvil.chainId, Date.now() / 1_000);
    const path = `/v2/multisig-transactions/${made.hash()}/`;
    expect((await call('DELETE', path, { signature: await sign(2, toDelete) })).status).toBe(400);
    expect((await call('DELETE', path, { signature: await sign(1, toDelete) })).status).toBe(204);
    expect((await call('GET', path)).status).toBe(404);
  });

  it('asks for its key, and takes addresses with their checksum only', async () => {
    const { safe } = await aSafe();
    const path = `/v2/safes/${safe}/multisig-transactions/`;
    expect((await call('GET', path, undefined, null)).status).toBe(401);
    expect((await call('GET', path, undefined, 'another')).status).toBe(401);
    const wrong = await call('GET', path.replace(safe, safe.toLowerCase()));
    expect(wrong).toMatchObject({ status: 422, body: { code: 1 } });
  });

  it('fails as it is told, and has done its work or not', async () => {
    const made = await aSafe();
    service.faults.fail('propose', { kind: 'reset' }, 1);
    await expect(propose(made, 1)).rejects.toThrow();
    expect(service.queued(made.safe)).toHaveLength(0);
    service.faults.fail('propose', { kind: 'loseReply' }, 1);
    await expect(propose(made, 1)).rejects.toThrow();
    expect(service.queued(made.safe)).toHaveLength(1);
    service.faults.fail('*', { kind: 'status', status: 429 }, 1);
    expect((await call('GET', `/v2/safes/${made.safe}/multisig-transactions/`)).status).toBe(429);
    expect((await list(made.safe)).count).toBe(1);
  });
});
