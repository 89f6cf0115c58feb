import type { TimelockStep } from '../../model/timelock.js';
import type { Chain } from '../chains.js';
import { refreshSafe } from '../safe/refreshSafe.js';

/**
 * Reads the Safe of a step again: between scheduling and execution its nonce has moved on, and its owners may have
 * changed.
 *
 * @throws Failure ChainUnavailable
 */
export async function refreshStep(chain: Chain, step: TimelockStep): Promise<TimelockStep> {
  return step.safe === null ? step : { ...step, safe: await refreshSafe(chain, step.safe) };
}
