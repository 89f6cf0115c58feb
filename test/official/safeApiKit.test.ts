import apiKit from '@safe-global/api-kit';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploySafe } from '../../stack/localChain/deploySafe.js';
import {
  type SafeTransaction,
  safeTransactionHash,
  signSafeTransaction,
} from '../../stack/localChain/safeTransaction.js';
import { type Anvil, startAnvil } from '../../stack/localChain/startAnvil.js';
import { type SafeService, startSafeService } from '../../stack/safeService/startSafeService.js';

const apiKey = 'a-key-of-the-operator';
const nobody = '0x0000000000000000000000000000000000000000';
let anvil: Anvil;
let service: SafeService;
beforeAll(async () => {
  anvil = await startAnvil();
  service = await startSafeService({ rpcUrl: anvil.rpcUrl, apiKey });
});
afterAll(async () => {
  await service?.close();
  await anvil?.stop();
});

// Its types are those of its CommonJS build, in which the class stands one level deeper than in the one that runs here.
const SafeApiKit = apiKit as unknown as typeof apiKit.default;

const kit = (key = apiKey) =>
  new SafeApiKit({ chainId: BigInt(anvil.chainId), txServiceUrl: service.url, apiKey: key });

const keyOf = (index: number): `0x${string}` => {
  const account = anvil.accounts[index];
  if (!account) throw new Error(`there is no account ${index}`);
  return account.privateKey;
};
const addressOf = (index: number) => privateKeyToAccount(keyOf(index)).address;

async function aProposal() {
  const owners = [1, 2, 3].map(addressOf);
  const { address } = await deploySafe({ rpcUrl: anvil.rpcUrl, owners, threshold: 2 });
  const domain = { safe: address, chainId: anvil.chainId };
  const transaction: SafeTransaction = {
    to: addressOf(8),
    value: 0n,
    data: '0x1234',
    operation: 'call',
    safeTxGas: 0n,
    nonce: 0n,
  };
  const safeTxHash = safeTransactionHash(domain, transaction);
  const sign = (index: number) => signSafeTransaction(domain, transaction, keyOf(index));
  const propose = async (index: number) =>
    kit().proposeTransaction({
      safeAddress: address,
      safeTransactionData: {
        to: transaction.to,
        value: '0',
        data: transaction.data,
        operation: 0,
        safeTxGas: '0',
        baseGas: '0',
        gasPrice: '0',
        gasToken: nobody,
        refundReceiver: nobody,
        nonce: 0,
      },
      safeTxHash,
      senderAddress: addressOf(index),
      senderSignature: await sign(index),
      origin: 'the official client',
    });
  return { address, safeTxHash, sign, propose };
}

describe('Safe’s own client', () => {
  it('proposes, reads and confirms with the stand-in', async () => {
    const { address, safeTxHash, sign, propose } = await aProposal();
    expect(await kit().getSafeInfo(address)).toMatchObject({ address, threshold: 2, nonce: '0', version: '1.5.0' });
    await propose(1);
    const pending = await kit().getPendingTransactions(address);
    expect(pending).toMatchObject({ count: 1, results: [{ safeTxHash, isExecuted: false, confirmationsRequired: 2 }] });
    await kit().confirmTransaction(safeTxHash, await sign(2));
    const { confirmations, proposer, nonce } = await kit().getTransaction(safeTxHash);
    expect(confirmations?.map(({ owner }) => owner)).toEqual([addressOf(1), addressOf(2)]);
    expect({ proposer, nonce }).toEqual({ proposer: addressOf(1), nonce: '0' });
    expect(await kit().getTransactionConfirmations(safeTxHash)).toMatchObject({ count: 2 });
  });

  it('is told what is wrong as it expects to be told', async () => {
    const { address, safeTxHash, sign, propose } = await aProposal();
    await expect(propose(7)).rejects.toMatchObject({ statusCode: 422 });
    await expect(kit().getTransaction(safeTxHash)).rejects.toMatchObject({ statusCode: 404 });
    await propose(1);
    await expect(kit().confirmTransaction(safeTxHash, await sign(7))).rejects.toMatchObject({ statusCode: 400 });
    await expect(kit('another').getSafeInfo(address)).rejects.toMatchObject({ statusCode: 401 });
    service.faults.fail('list', { kind: 'status', status: 429 }, 1);
    await expect(kit().getPendingTransactions(address)).rejects.toMatchObject({ statusCode: 429 });
  });
});
