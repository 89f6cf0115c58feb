import type { ChangeStatus } from '../../client/index.js';
import { executeSafeBatch } from '../localChain/executeSafeBatch.js';
import { executeSafeTransaction } from '../localChain/executeSafeTransaction.js';
import type { LocalCloud } from '../localCloud.js';

/**
 * Two of the Safe's three owners sign what the proposal says, several calls in one batch, and anyone executes it.
 *
 * @throws Error where the owners come to another Safe transaction hash than the proposal
 */
export async function signAsOwners(
  { anvil, safe }: LocalCloud,
  { proposal }: ChangeStatus,
  say: (line: string) => void,
): Promise<`0x${string}`> {
  const [call, ...more] = proposal?.calls ?? [];
  if (!proposal?.safe || !call) throw new Error('There is nothing for the Safe to sign.');
  const expected = proposal.safe.transactionHash;
  say(`  two owners sign ${expected} …`);
  const signers = safe.owners.slice(0, safe.threshold).map(({ privateKey }) => privateKey);
  const as = { rpcUrl: anvil.rpcUrl, safe: safe.address, signers };
  const executed = await (more.length === 0
    ? executeSafeTransaction({ ...as, to: call.to, data: call.data })
    : executeSafeBatch({ ...as, calls: [call, ...more] }));
  if (executed.safeTxHash !== expected) {
    throw new Error(`The owners signed ${executed.safeTxHash}, the proposal says ${expected}.`);
  }
  say(`  executed: ${executed.transactionHash}`);
  return executed.transactionHash;
}
