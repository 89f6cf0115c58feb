import { signSafeTransaction } from '../../chain/safe/signTransaction.js';
import { proposeTransaction } from '../../safeService/proposeTransaction.js';
import type { Sought } from './sought.js';
import type { Proposer } from './safeQueues.js';

/**
 * Puts the transaction into the queue, signed by the proposer. Of an owner that is a confirmation, like any other.
 *
 * @throws Failure SafeServiceUnavailable, SafeServiceRefused
 */
export async function propose(
  { chain, service, safe: { address }, transaction, hash, signal }: Sought,
  { privateKey, address: sender }: Proposer,
): Promise<void> {
  const { signature } = await signSafeTransaction(privateKey, { chainId: chain.id, safe: address, transaction });
  await proposeTransaction(service, { safe: address, transaction, hash, sender, signature, signal });
}
