import { calledContract, type Proposal } from '../model/registration.js';
import { carryOut } from './carryOut.js';
import type { Change } from './change.js';

/**
 * Has the owner key make whatever calls are missing.
 *
 * @throws ActivityFailure with what an operator has to put right first
 */
export async function sendWithOwnerKey(change: Change, { expectation, fromBlock, owner }: Proposal): Promise<void> {
  const { chainId, address } = calledContract(expectation);
  // Where nothing is committed afterwards, this is what takes effect: from here on it is not withdrawn.
  if (change.status.kind === 'allowlist') change.enter('committing', `the owner key ${owner} to send`);
  await carryOut(change, {
    key: { chainId, address: owner },
    work: { kind: 'registration', expectation, fromBlock },
    summary: `for ${address} with the owner key`,
  });
}
