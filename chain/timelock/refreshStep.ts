import type { TimelockStep } from '../../model/timelock.js';
import type { Chain } from '../chains.js';
import { readAccount } from '../readAccount.js';
import { safeTransactionHash } from '../safe/safeTransactionHash.js';

/**
 * Reads the Safe of a step again: between scheduling and execution its nonce has moved on, and its owners may have
 * changed.
 *
 * @throws Failure ChainUnavailable
 */
export async function refreshStep(chain: Chain, step: TimelockStep): Promise<TimelockStep> {
  const { call, safe: known } = step;
  if (known === null) return step;
  const { safe } = await readAccount(chain, known.address);
  if (safe === null) return step;
  const { nonce } = safe;
  const transactionHash = safeTransactionHash({
    chainId: chain.id,
    safe: known.address,
    to: call.to,
    data: call.data,
    nonce,
  });
  return { ...step, safe: { ...known, ...safe, transactionHash } };
}
