import { calledContract, describeCall, describeTransfer, type Proposal } from '../model/registration.js';
import { describeSigned, isSigned } from '../model/safe.js';
import { safeToSign } from '../model/signing.js';
import { describeOperation } from '../model/timelock.js';

/** What is awaited, and from whom; with a transfer of the ownership that may change that. */
export function awaited(proposal: Proposal): string {
  const { pendingOwner } = proposal;
  return pendingOwner ? `${awaitedOf(proposal)} (${describeTransfer(pendingOwner)})` : awaitedOf(proposal);
}

function awaitedOf(proposal: Proposal): string {
  const { registrar, owner, safe, timelock, calls, expectation } = proposal;
  const what = calls.map(describeCall).join(' and ');
  const { address, chainId } = calledContract(expectation);
  const where = `on ${address}, chain ${chainId}`;
  switch (registrar) {
    case 'ownerKey':
      return `the owner key's transaction: ${what} ${where}`;
    case 'safe':
      return safe
        ? `${safe.threshold} of ${safe.owners.length} owners of the Safe ${owner} sign and execute ${what} ${where}${progress(proposal)}`
        : `the Safe ${owner} executes ${what} ${where}`;
    case 'timelock':
      return timelock
        ? `${describeOperation(timelock)}: ${what} ${where}${progress(proposal)}`
        : `the timelock ${owner}: ${what} ${where}`;
    case 'external':
      return `${owner} calls ${what} ${where}`;
  }
}

/** How far the owners of a Safe have come, once one of them has signed. */
function progress(proposal: Proposal): string {
  const safe = safeToSign(proposal);
  if (!safe || safe.signatures.length === 0) return '';
  return `; ${describeSigned(safe)}${isSigned(safe) ? '; anyone may execute it now' : ''}`;
}
