import { CancellationScope, condition } from '@temporalio/workflow';
import { calledContract, describeCall, type Proposal, type Registration } from '../model/registration.js';
import { chain } from './activities.js';
import type { Change } from './change.js';
import type { Hints } from './hints.js';

/**
 * Waits until what is expected stands on the allow-lists. Whatever comes first ends it: a hint that was checked, or the
 * registrar's own work and the poll behind it. Costs nothing while it waits.
 *
 * @throws Withdrawal; StepFailure
 */
export async function awaitRegistration(change: Change, hints: Hints, proposal: Proposal): Promise<Registration> {
  hints.reset();
  change.enter('awaitingRegistration', awaited(proposal));
  void hints.takeEarly();
  const search = () => searchUntilAccepted(change, hints, proposal);
  const registration = await change.attempt(search, { unblockedBy: () => hints.accepted !== null });
  change.status.registration = registration;
  hints.reset();
  return registration;
}

async function searchUntilAccepted(change: Change, hints: Hints, proposal: Proposal): Promise<Registration> {
  const search = new CancellationScope();
  const found = search.run(() => seek(change, proposal));
  try {
    return await Promise.race([accepted(hints), found]);
  } finally {
    search.cancel();
    // What it was looking for is here, or not wanted any more; a transaction on its way is seen to its end.
    await found.catch(() => {});
  }
}

async function accepted(hints: Hints): Promise<Registration> {
  await condition(() => hints.accepted !== null);
  return hints.accepted as Registration; // The condition above has just said so.
}

async function seek(change: Change, proposal: Proposal): Promise<Registration> {
  if (proposal.registrar === 'ownerKey') await registerWithOwnerKey(change, proposal);
  const { expectation, fromBlock } = proposal;
  const { finality } = change.status.policy;
  const { address, chainId } = calledContract(expectation);
  const summary = `poll ${address} on chain ${chainId}`;
  return chain.findRegistration.executeWithOptions({ summary }, [{ expectation, fromBlock, finality }]);
}

/**
 * Signs, keeps the signature in the history, and only then sends: at whatever instant a worker dies, the same
 * transaction is sent again, and a new one is signed only when the old one can never be mined.
 */
async function registerWithOwnerKey(change: Change, { expectation, fromBlock }: Proposal): Promise<void> {
  const { address, chainId } = calledContract(expectation);
  for (;;) {
    const summary = `sign for ${address} with the owner key`;
    const signed = await chain.signRegistration.executeWithOptions({ summary }, [{ expectation, fromBlock }]);
    if (signed === null) return;
    change.record(`Signed ${signed.method}: transaction ${signed.transactionHash}, nonce ${signed.nonce}.`);
    // Where nothing is committed afterwards, this is what takes effect: from here on it is not withdrawn.
    if (change.status.kind === 'allowlist') change.enter('committing', `transaction ${signed.transactionHash}`);
    const sent = await chain.sendRegistration.executeWithOptions({ summary: `send ${signed.transactionHash}` }, [
      { chainId, signed },
    ]);
    change.record(
      sent === 'mined'
        ? `Mined: ${signed.transactionHash}.`
        : `Another transaction took nonce ${signed.nonce}; a new one is signed.`,
    );
    // A node that lags behind would not show it yet, and a second contract must not be made.
    if (sent === 'mined' && expectation.kind === 'deployment') return;
  }
}

/** What is awaited, and from whom. */
function awaited({ registrar, owner, safe, calls, expectation }: Proposal): string {
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
    case 'external':
      return `${owner} calls ${what} ${where}`;
  }
}
