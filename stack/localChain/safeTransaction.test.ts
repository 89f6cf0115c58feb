import { recoverAddress } from 'viem';
import { expect, test } from 'vitest';
import { anvilAccounts } from './anvilAccounts.js';
import {
  type SafeTransaction,
  safeTransactionHash,
  signSafeTransaction,
  signSafeTransactionByAll,
} from './safeTransaction.js';

const owners = anvilAccounts().slice(0, 3);
const domain = { safe: '0x29fcB43b46531BcA003ddC8FCB67FFE91900C762', chainId: 8453 } as const;
const transaction: SafeTransaction = {
  to: domain.safe,
  value: 0n,
  data: '0x1234',
  operation: 'call',
  safeTxGas: 0n,
  nonce: 7n,
};

test('a signature is the owner’s, over the hash of this transaction of this Safe on this chain', async () => {
  const hash = safeTransactionHash(domain, transaction);
  for (const { address, privateKey } of owners) {
    const signature = await signSafeTransaction(domain, transaction, privateKey);
    expect(await recoverAddress({ hash, signature })).toBe(address);
  }
  const others = [
    safeTransactionHash({ ...domain, chainId: 1 }, transaction),
    safeTransactionHash({ ...domain, safe: '0xEdd160fEBBD92E350D4D398fb636302fccd67C7e' }, transaction),
    safeTransactionHash(domain, { ...transaction, nonce: 8n }),
    safeTransactionHash(domain, { ...transaction, operation: 'delegateCall' }),
    safeTransactionHash(domain, { ...transaction, safeTxGas: 1n }),
  ];
  expect(new Set([hash, ...others]).size).toBe(6);
});

test('signatures stand in the order of their signers’ addresses', async () => {
  const keys = owners.map(({ privateKey }) => privateKey);
  const all = await signSafeTransactionByAll(domain, transaction, keys);
  expect(await signSafeTransactionByAll(domain, transaction, [...keys].reverse())).toBe(all);
  const hash = safeTransactionHash(domain, transaction);
  const signers = [0, 1, 2].map((index) =>
    recoverAddress({ hash, signature: `0x${all.slice(2 + 130 * index, 2 + 130 * (index + 1))}` }),
  );
  const addresses = (await Promise.all(signers)).map((address) => address.toLowerCase());
  expect(addresses).toEqual(owners.map(({ address }) => address.toLowerCase()).sort());
});
