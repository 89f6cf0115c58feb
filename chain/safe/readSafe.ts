import { type Address, addressSchema } from '../../model/hex.js';
import type { Chain } from '../chains.js';
import { safeAbi } from '../contracts.js';
import { noAnswer } from '../rpcFailure.js';

/** A Safe as it stands at one block. */
export interface SafeState {
  readonly version: string;
  readonly threshold: number;
  readonly owners: readonly Address[];
  readonly nonce: number;
}

/**
 * @param blockNumber default the newest
 * @returns null where the contract does not answer like a Safe
 * @throws Failure ChainUnavailable
 */
export async function readSafe({ client }: Chain, address: Address, blockNumber?: bigint): Promise<SafeState | null> {
  const read = { address, abi: safeAbi, ...(blockNumber !== undefined && { blockNumber }) } as const;
  const [version, threshold, owners, nonce] = await Promise.all([
    client.readContract({ ...read, functionName: 'VERSION' }).catch(noAnswer),
    client.readContract({ ...read, functionName: 'getThreshold' }).catch(noAnswer),
    client.readContract({ ...read, functionName: 'getOwners' }).catch(noAnswer),
    client.readContract({ ...read, functionName: 'nonce' }).catch(noAnswer),
  ]);
  if (version === null || threshold === null || owners === null || nonce === null) return null;
  return {
    version,
    threshold: Number(threshold),
    owners: owners.map((owner) => addressSchema.parse(owner)),
    nonce: Number(nonce),
  };
}
