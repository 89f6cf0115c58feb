import { formatGwei } from 'viem';
import { Failure } from '../../model/failure.js';
import type { Chain } from '../chains.js';

/** In wei for each unit of gas. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** What a worker may spend, and when it spends more. */
export interface FeePolicy {
  /** The highest `maxFeePerGas`, in wei. */
  readonly ceiling: bigint;
  /** Milliseconds after which a transaction that blocks pass over counts as stuck. */
  readonly patience: number;
}

/** What the chain asks for now; never above the ceiling: it may become cheaper. */
export async function presentFees({ client }: Chain, { ceiling }: FeePolicy): Promise<Fees> {
  const { maxFeePerGas, maxPriorityFeePerGas } = await client.estimateFeesPerGas();
  return { maxFeePerGas: least(maxFeePerGas, ceiling), maxPriorityFeePerGas: least(maxPriorityFeePerGas, ceiling) };
}

/**
 * Fees that replace a transaction: what the chain asks for now, and more than before by an eighth in both, rounded up.
 * Nodes want a tenth (on-chain.md §4); some want an eighth.
 *
 * @throws Failure FeeCeilingReached
 */
export async function replacingFees(chain: Chain, before: Fees, policy: FeePolicy): Promise<Fees> {
  const now = await presentFees(chain, policy);
  const maxFeePerGas = most(now.maxFeePerGas, raised(before.maxFeePerGas));
  const maxPriorityFeePerGas = most(now.maxPriorityFeePerGas, raised(before.maxPriorityFeePerGas));
  if (maxFeePerGas <= policy.ceiling) {
    return { maxFeePerGas, maxPriorityFeePerGas: least(maxPriorityFeePerGas, maxFeePerGas) };
  }
  throw new Failure(
    'FeeCeilingReached',
    `A replacement would have to offer ${formatGwei(maxFeePerGas)} gwei; COUNTERSIGN_MAX_FEE_GWEI allows ${formatGwei(policy.ceiling)}.`,
  );
}

const raised = (fee: bigint): bigint => (fee * 9n + 7n) / 8n;
const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);
const most = (one: bigint, other: bigint): bigint => (one > other ? one : other);
