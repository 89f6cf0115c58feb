import { zeroAddress, zeroHash } from 'viem';
import type { Address } from '../../model/hex.js';
import type { Chain } from '../chains.js';
import { noAnswer } from '../rpcFailure.js';
import { operationId } from './operation.js';
import { executorRole, proposerRole, timelockAbi } from './timelockAbi.js';

/** A TimelockController as it stands at the newest block. */
export interface TimelockState {
  /** The least time between scheduling an operation and executing it, in seconds. */
  readonly minDelaySeconds: number;
}

const sample = [{ to: zeroAddress, data: '0x1234' }] as const;

/**
 * Reads a timelock. One is known by its roles, and by how it hashes an operation: an id that is computed here has to be
 * the one that the contract knows.
 *
 * @returns null where the contract does not answer like OpenZeppelin's TimelockController
 * @throws Failure ChainUnavailable
 */
export async function readTimelock({ client }: Chain, address: Address): Promise<TimelockState | null> {
  const read = { address, abi: timelockAbi } as const;
  const [proposer, executor, minDelay, id] = await Promise.all([
    client.readContract({ ...read, functionName: 'PROPOSER_ROLE' }).catch(noAnswer),
    client.readContract({ ...read, functionName: 'EXECUTOR_ROLE' }).catch(noAnswer),
    client.readContract({ ...read, functionName: 'getMinDelay' }).catch(noAnswer),
    client
      .readContract({
        ...read,
        functionName: 'hashOperation',
        args: [zeroAddress, 0n, sample[0].data, zeroHash, proposerRole],
      })
      .catch(noAnswer),
  ]);
  if (proposer !== proposerRole || executor !== executorRole || minDelay === null) return null;
  return id === operationId(sample, proposerRole) ? { minDelaySeconds: Number(minDelay) } : null;
}
