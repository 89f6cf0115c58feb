import { calledContract, describeCall, type Proposal } from '../model/registration.js';
import { describeOperation } from '../model/timelock.js';

/** What is awaited, and from whom. */
export function awaited({ registrar, owner, safe, timelock, calls, expectation }: Proposal): string {
  const what = calls.map(describeCall).join(' and ');
  const { address, chainId } = calledContract(expectation);
  const where = `on ${address}, chain ${chainId}`;
  switch (registrar) {
    case 'ownerKey':
      return `the owner key's transaction: ${what} ${where}`;
    case 'safe':
      return safe
        ? `${safe.threshold} of ${safe.owners.length} owners of the Safe ${owner} sign and execute ${what} ${where}`
        : `the Safe ${owner} executes ${what} ${where}`;
    case 'timelock':
      return timelock ? `${describeOperation(timelock)}: ${what} ${where}` : `the timelock ${owner}: ${what} ${where}`;
    case 'external':
      return `${owner} calls ${what} ${where}`;
  }
}
