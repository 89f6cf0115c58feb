import { type Hex, parseTransaction } from 'viem';
import { addressSchema } from '../../model/hex.js';
import { type Chain, requireChainId } from '../chains.js';
import { type FeePolicy, presentFees, replacingFees } from './fees.js';
import { type RawTransaction, requireBalance, signingFailure } from './signCall.js';
import type { Signer } from './signer.js';
import { signTransaction } from './signTransaction.js';

/** What an empty transaction costs on chains of today, with room: some count its bytes. */
const emptyGas = 60_000n;

interface ReplaceOptions {
  readonly signer: Signer;
  readonly nonce: number;
  /** The newest transaction of the nonce; null where there is none. */
  readonly before: Hex | null;
  readonly call: 'same' | 'nothing';
  readonly fees: FeePolicy;
}

/**
 * Signs another transaction for a nonce, and sends nothing: the same call for more, or an empty one of the key to
 * itself, which keeps the call of before from being mined later, or fills a gap.
 *
 * @throws Failure FeeCeilingReached, ChainMismatch, OwnerKeyBalanceTooLow; SignerUnavailable, SignerRefused,
 *   SignerAnswerWrong
 */
export async function replaceTransaction(
  chain: Chain,
  { signer, nonce, before, call, fees: policy }: ReplaceOptions,
): Promise<RawTransaction> {
  await requireChainId(chain);
  const { client, id: chainId } = chain;
  const address = await signer.address();
  try {
    const old = before && parseTransaction(before);
    const { maxFeePerGas = 0n, maxPriorityFeePerGas = 0n } = old ?? {};
    const [fees, balance, blockNumber] = await Promise.all([
      old ? replacingFees(chain, { maxFeePerGas, maxPriorityFeePerGas }, policy) : presentFees(chain, policy),
      client.getBalance({ address }),
      client.getBlockNumber(),
    ]);
    const same = call === 'same' && old?.to ? { to: addressSchema.parse(old.to), data: old.data ?? '0x' } : null;
    const gas = same ? (old?.gas ?? emptyGas) : emptyGas;
    requireBalance({ address, chainId, balance, cost: gas * fees.maxFeePerGas, taken: [] });
    const { to, data } = same ?? { to: address, data: '0x' as const };
    const signed = await signTransaction(signer, { chainId, to, data, nonce, gas, ...fees });
    return { ...signed, nonce, gas, ...fees, blockNumber: Number(blockNumber) };
  } catch (error) {
    throw signingFailure(error, address);
  }
}
