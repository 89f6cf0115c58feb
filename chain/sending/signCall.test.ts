import { parseEther, parseGwei, parseTransaction, recoverTransactionAddress } from 'viem';
import { generatePrivateKey } from 'viem/accounts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Address, addressSchema } from '../../model/hex.js';
import { setBalance } from '../../stack/localChain/faults.js';
import { type Anvil, startAnvil } from '../../stack/localChain/startAnvil.js';
import { type Chain, createChains } from '../chains.js';
import { replaceTransaction } from './replaceTransaction.js';
import { signCall } from './signCall.js';
import { createSigner, type Signer } from './signer.js';

const call = { to: addressSchema.parse('12'.repeat(20)), data: '0xdfc77223' } as const;
const fees = { ceiling: parseGwei('500'), patience: 60_000 };
let anvil: Anvil;
let chain: Chain;
let signer: Signer;
let address: Address;

beforeAll(async () => {
  anvil = await startAnvil({});
  chain = createChains(new Map([[anvil.chainId, [anvil.rpcUrl]]])).get(anvil.chainId);
});
afterAll(() => anvil?.stop());
beforeEach(async () => {
  signer = createSigner({ privateKey: generatePrivateKey() });
  address = await signer.address();
  await setBalance(anvil.rpcUrl, address, parseEther('1'));
});

const taken = (nonce: number, ether = '0.001') => ({ nonce, gas: '1', maxFeePerGas: String(parseEther(ether)) });
const sign = (...nonces: Parameters<typeof taken>[]) =>
  signCall(chain, call, { signer, taken: nonces.map((one) => taken(...one)), fees });

describe('a signed call', () => {
  it('is of the configured chain, signed by the key, and no more than it was asked for', async () => {
    const { raw, nonce, gas } = await sign();
    const { to, data, chainId, value = 0n } = parseTransaction(raw);
    expect({ to, data, chainId, value, nonce }).toEqual({ ...call, chainId: anvil.chainId, value: 0n, nonce: 0 });
    expect(gas).toBeGreaterThan(21_000n);
    const from = await recoverTransactionAddress({ serializedTransaction: raw as `0x02${string}` });
    expect(from.toLowerCase()).toBe(address);
  });

  it('takes the next nonce that no transaction on its way has, and one that fell out again', async () => {
    expect((await sign([0], [1])).nonce).toBe(2);
    expect((await sign([1], [2])).nonce).toBe(0);
  });

  it('is not made for another chain than the configured one', async () => {
    const options = { signer, taken: [], fees };
    await expect(signCall({ ...chain, id: 8453 }, call, options)).rejects.toMatchObject({ type: 'ChainMismatch' });
    await expect(
      replaceTransaction({ ...chain, id: 8453 }, { signer, nonce: 0, before: null, call: 'nothing', fees }),
    ).rejects.toMatchObject({ type: 'ChainMismatch' });
  });

  it('is not made where the balance does not do for it and for what is on its way', async () => {
    await expect(sign([0, '0.5'], [1, '0.6'])).rejects.toMatchObject({
      type: 'OwnerKeyBalanceTooLow',
      class: 'operator',
      message: expect.stringContaining(`${parseEther('1.1')} wei for what it has sent before`),
    });
    await setBalance(anvil.rpcUrl, address, 1n);
    await expect(sign()).rejects.toMatchObject({ type: 'OwnerKeyBalanceTooLow' });
  });
});

describe('a replacement', () => {
  it('has the nonce and the call of the one before, and offers an eighth more in both fees', async () => {
    const first = await sign();
    const next = await replaceTransaction(chain, { signer, nonce: 0, before: first.raw, call: 'same', fees });
    const [before, after] = [parseTransaction(first.raw), parseTransaction(next.raw)];
    expect(after).toMatchObject({ to: before.to, data: before.data, gas: before.gas });
    expect(next.nonce).toBe(0);
    expect(next.maxFeePerGas * 8n).toBeGreaterThanOrEqual(first.maxFeePerGas * 9n);
    expect(next.maxPriorityFeePerGas * 8n).toBeGreaterThanOrEqual(first.maxPriorityFeePerGas * 9n);
  });

  it('by nothing goes from the key to itself, without a call', async () => {
    const first = await sign();
    const { raw } = await replaceTransaction(chain, { signer, nonce: 0, before: first.raw, call: 'nothing', fees });
    const { to, data = '0x', value = 0n } = parseTransaction(raw);
    expect({ to, data, value }).toEqual({ to: address, data: '0x', value: 0n });
  });

  it('is refused where it would have to offer more than the worker may pay', async () => {
    const first = await sign();
    const low = { ...fees, ceiling: first.maxFeePerGas };
    await expect(
      replaceTransaction(chain, { signer, nonce: 0, before: first.raw, call: 'same', fees: low }),
    ).rejects.toMatchObject({
      type: 'FeeCeilingReached',
      message: expect.stringContaining('COUNTERSIGN_MAX_FEE_GWEI'),
    });
  });
});
