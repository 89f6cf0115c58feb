import type { TimelockStep } from '../../model/timelock.js';
import type { Chain } from '../chains.js';
import { rpcFailure } from '../rpcFailure.js';
import { asOf } from '../safe/asOf.js';
import { readSafe } from '../safe/readSafe.js';

/**
 * Reads the Safe of a step again: between scheduling and execution its nonce has moved on, and its owners may have
 * changed.
 *
 * @throws Failure ChainUnavailable
 */
export async function refreshStep(chain: Chain, step: TimelockStep): Promise<TimelockStep> {
  const { safe } = step;
  if (safe === null) return step;
  const state = await readSafe(chain, safe.address).catch((error: unknown) => {
    throw rpcFailure(error);
  });
  return state === null ? step : { ...step, safe: asOf(chain.id, safe, state) };
}
