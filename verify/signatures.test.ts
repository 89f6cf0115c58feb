import { createPublicClient, encodeFunctionData, http, numberToHex, parseAbi, slice } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploySafe } from '../stack/localChain/deploySafe.js';
import { safeVersions } from '../stack/localChain/safeArtefacts.js';
import { safeTransactionHash, signSafeTransaction } from '../stack/localChain/safeTransaction.js';
import { sendCall } from '../stack/localChain/sendCall.js';
import { type Anvil, startAnvil } from '../stack/localChain/startAnvil.js';
import type { ExportedSafe } from './exportedProposal.js';
import { signedBytes } from './safe.js';
import { checkSignatures } from './signatures.js';
import { checkSignaturesOnChain } from './signaturesOnChain.js';

type Hex = `0x${string}`;
type Signature = ExportedSafe['signatures'][number];

let anvil: Anvil;
beforeAll(async () => {
  anvil = await startAnvil();
});
afterAll(() => anvil?.stop());

function account(number: number) {
  const found = anvil.accounts[number];
  if (!found) throw new Error('the chain has too few accounts');
  return { ...found, address: lower(found.address) };
}
const lower = (address: string) => address.toLowerCase() as Hex;

const calls = [{ to: `0x${'a1'.repeat(20)}`, data: '0xdfc77223' }] as const;
const [call] = calls;

/** A Safe of two keys and one Safe, as an export shows it, and how each of its owners signs. */
async function signing(version: (typeof safeVersions)[number]) {
  const { rpcUrl, chainId } = anvil;
  const inner = lower((await deploySafe({ rpcUrl, version, owners: [account(5).address], threshold: 1 })).address);
  const owners = [account(1).address, account(2).address, inner];
  const address = lower((await deploySafe({ rpcUrl, version, owners, threshold: 2 })).address);
  const domain = { safe: address, chainId };
  const transaction = { ...call, operation: 'call', value: 0n, safeTxGas: 0n, nonce: 0n } as const;
  const transactionHash = safeTransactionHash(domain, transaction);
  const shown = (signatures: readonly Signature[]): ExportedSafe => ({
    ...{ address, version, threshold: 2, owners, nonce: 0, transactionHash, queueUrl: null, batchFile: '' },
    signatures: [...signatures],
  });
  const byKey = async (number: number): Promise<Signature> => ({
    owner: account(number).address,
    kind: 'key',
    signature: await signSafeTransaction(domain, transaction, account(number).privateKey),
  });
  const byInner = async (): Promise<Signature> => ({
    owner: inner,
    kind: 'contract',
    signature: await privateKeyToAccount(account(5).privateKey).signTypedData({
      domain: { chainId, verifyingContract: inner },
      types: { SafeMessage: [{ name: 'message', type: 'bytes' }] },
      primaryType: 'SafeMessage',
      message: {
        message:
          version === '1.5.0' ? transactionHash : signedBytes(chainId, address, { ...call, operation: 0, nonce: 0 }),
      },
    }),
  });
  const node = { client: createPublicClient({ transport: http(rpcUrl) }), chainId };
  return {
    ...{ address, transactionHash, shown, byKey, byInner },
    offline: (signatures: readonly Signature[]) => checkSignatures(chainId, calls, shown(signatures)),
    onChain: (signatures: readonly Signature[]) => checkSignaturesOnChain(node, calls, shown(signatures)),
  };
}

const withV = (signature: Hex, v: (now: number) => number): Hex =>
  `${slice(signature, 0, 64)}${numberToHex(v(Number(slice(signature, 64))), { size: 1 }).slice(2)}`;

describe('signatures of keys, without a node', () => {
  it('pass over the hash of the calls, as it is and as a message; without any there is nothing to check', async () => {
    const { offline, byKey, transactionHash } = await signing('1.5.0');
    const message = await privateKeyToAccount(account(2).privateKey).signMessage({ message: { raw: transactionHash } });
    const asMessage = { owner: account(2).address, kind: 'key', signature: withV(message, (v) => v + 4) } as const;
    expect(await offline([await byKey(1), asMessage])).toMatchObject([{ name: 'signatures', outcome: 'passed' }]);
    expect(await offline([])).toEqual([]);
  });

  it('fail where they are another’s, of another thing, of no owner, counted twice, or no signature', async () => {
    const { offline, byKey, shown } = await signing('1.5.0');
    const [first, second] = [await byKey(1), await byKey(2)];
    const failure = (reason: RegExp) => [
      { name: 'signatures', outcome: 'failed', reason: expect.stringMatching(reason) },
    ];
    const { owner } = first;
    expect(await offline([{ ...second, owner }])).toMatchObject(failure(/is that of 0x/));
    expect(await offline([first, first])).toMatchObject(failure(/counted more than once/));
    expect(await offline([await byKey(6)])).toMatchObject(failure(/no owner of the Safe/));
    expect(await offline([{ ...first, signature: '0x12' }])).toMatchObject(failure(/that of nobody/));
    expect(await offline([{ ...first, signature: withV(first.signature, (v) => v - 27) }])).toMatchObject(
      failure(/that of nobody/),
    );
    const otherCalls = [{ ...call, data: '0x67b3f22c' }] as const;
    expect(await checkSignatures(anvil.chainId, otherCalls, shown([first]))).toMatchObject(failure(/is that of 0x/));
    expect(await checkSignatures(anvil.chainId, [], shown([first]))).toMatchObject(failure(/nothing that could be/));
  });
});

describe.each(safeVersions)('signatures for a Safe %s, on chain', (version) => {
  it('count where the Safe has the owner, the contract says so, and the approval is there', async () => {
    const { onChain, offline, byKey, byInner, address, transactionHash } = await signing(version);
    const approval = { owner: account(2).address, kind: 'approval', signature: '0x' } as const;
    const failure = (reason: RegExp) => [
      { name: 'signaturesOnChain', outcome: 'failed', reason: expect.stringMatching(reason) },
    ];
    const [key, contract] = [await byKey(1), await byInner()];
    expect(await offline([contract, approval])).toEqual([]);
    const right = [{ outcome: 'passed', reason: '2 of 2 that are needed, each of a present owner' }];
    expect(await onChain([key, contract])).toMatchObject(right);
    expect(await onChain([approval])).toMatchObject(failure(/has not approved/));
    const abi = parseAbi(['function approveHash(bytes32 hashToApprove)']);
    const data = encodeFunctionData({ abi, functionName: 'approveHash', args: [transactionHash] });
    await sendCall({ rpcUrl: anvil.rpcUrl, to: address, data, sender: account(2).privateKey });
    expect(await onChain([key, contract, approval])).toMatchObject([{ outcome: 'passed' }]);
    expect(await onChain([{ ...contract, signature: key.signature }])).toMatchObject(failure(/not say/));
    expect(await onChain([{ ...contract, owner: account(1).address }])).toMatchObject(failure(/not say/));
    expect(await onChain([await byKey(6)])).toMatchObject(failure(/no owner/));
  });
});
