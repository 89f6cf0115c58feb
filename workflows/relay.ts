import { calledContract, type Proposal } from '../model/registration.js';
import { isSigned } from '../model/safe.js';
import { safeToSign } from '../model/signing.js';
import { chain } from './activities.js';
import { carryOut } from './carryOut.js';
import type { Change } from './change.js';
import { stepFailureOf } from './stepFailure.js';

/**
 * Whether the workers' relayer may execute what is proposed now: enough owners have signed, and it was not tried before.
 * A timelock's operation whose delay runs would be refused.
 */
export function isRelayable({ status: { proposal }, relayed }: Change): boolean {
  if (!proposal?.relayer || proposal.timelock?.operation.state === 'scheduled') return false;
  const safe = safeToSign(proposal);
  return safe !== null && safe.transactionHash !== null && isSigned(safe) && !relayed.has(safe.transactionHash);
}

/**
 * Has the relayer execute what enough owners have signed. Where it cannot, that is said, and nothing is held up: anyone
 * may execute it.
 */
export async function relay(change: Change): Promise<void> {
  const { proposal } = change.status;
  const safe = proposal && safeToSign(proposal);
  if (!proposal?.relayer || !safe?.transactionHash) return;
  change.relayed.add(safe.transactionHash);
  try {
    await execute(change, proposal, proposal.relayer);
  } catch (error) {
    const failure = stepFailureOf(error);
    if (!failure) throw error;
    change.record(`The relayer ${proposal.relayer} did not execute it: ${failure.message} Anyone may execute it.`);
  }
}

async function execute(change: Change, proposal: Proposal, relayer: NonNullable<Proposal['relayer']>): Promise<void> {
  const { chainId } = calledContract(proposal.expectation);
  const safe = safeToSign(proposal);
  if (safe === null) return;
  const { address, threshold, owners, nonce, transaction, transactionHash, signatures } = safe;
  const signing = { address, threshold, owners, nonce, transaction, transactionHash, signatures };
  const summary = `make the execution of Safe transaction ${transactionHash}`;
  const call = await chain.buildExecution.executeWithOptions({ summary }, [{ safe: signing }]);
  await carryOut(change, {
    key: { chainId, address: relayer },
    work: { kind: 'call', call },
    summary: `the execution by the Safe ${address} with the relayer's key`,
  });
}
