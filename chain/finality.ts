import type { Finality } from '../model/policy.js';
import type { Chain } from './chains.js';

/**
 * The newest block that counts at the given finality.
 *
 * @returns a block number; below zero where the chain is still too short
 */
export async function finalBlock({ client }: Chain, finality: Finality): Promise<bigint> {
  if (typeof finality === 'number') {
    // Inclusion is the first confirmation.
    return (await client.getBlockNumber()) - BigInt(finality) + 1n;
  }
  const { number } = await client.getBlock({ blockTag: finality });
  return number;
}
