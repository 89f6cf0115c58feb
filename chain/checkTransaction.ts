import type { Log } from 'viem';
import { Failure } from '../model/failure.js';
import type { Address, Hex, TransactionHash } from '../model/hex.js';
import { type AllowListEntry, describeEntry } from '../model/registration.js';
import type { Chain } from './chains.js';
import { executionFailureTopic } from './contracts.js';
import { addedHash, entriesOf, type ListExpectation } from './entries.js';
import { type ListChange, listChanges } from './listChanges.js';
import { requireReceipt } from './readReceipt.js';
import { type Sighting, sightingOf } from './sighting.js';
import { scheduledBy } from './timelock/scheduledBy.js';

/**
 * Checks that a mined transaction brought about something of what is expected. Who sent it, and to which contract, says
 * nothing: a Safe, a relayer or a batch may stand between. What counts are the events of the app contract itself.
 *
 * @returns what it brought about: one entry at least
 * @throws Failure of class `refused`, with the reason
 */
export async function checkTransaction(
  chain: Chain,
  expectation: ListExpectation,
  transactionHash: TransactionHash,
): Promise<Sighting> {
  const { address } = expectation.contract;
  const receipt = await requireReceipt(chain, transactionHash);
  const sighting = sightingOf(receipt, address, entriesOf(expectation));
  if (sighting.entries.length > 0) return sighting;

  const changes = listChanges(receipt.logs);
  const own = changes.filter(({ contract }) => contract === address).map(({ entry }) => entry);
  if (own.length > 0) throw ofAnotherEntry(expectation, transactionHash, own);
  requireExecution(receipt.logs, transactionHash);
  const scheduled = changes.length === 0 ? scheduledBy(receipt.logs) : null;
  if (scheduled) throw onlyScheduled(transactionHash, scheduled);
  throw new Failure('TransactionOfAnotherContract', foreign(expectation, transactionHash, changes));
}

/** A transaction of a Safe that is the proposer of a timelock brings nothing about by itself (on-chain.md §2.7). */
const onlyScheduled = (transactionHash: TransactionHash, { timelock, id }: { timelock: Address; id: Hex }): Failure =>
  new Failure(
    'TransactionOfAnotherContract',
    `Transaction ${transactionHash} registered nothing yet: it scheduled operation ${id} of the timelock ${timelock}.`,
    { remedy: 'Deliver the transaction that executes the operation, or wait: it will be found.' },
  );

/** @throws Failure SafeExecutionFailed where a Safe reports that its call failed, in a transaction that succeeded */
export function requireExecution(logs: readonly Log[], transactionHash: TransactionHash): void {
  if (!logs.some(({ topics }) => topics[0] === executionFailureTopic)) return;
  throw new Failure(
    'SafeExecutionFailed',
    `Transaction ${transactionHash} succeeded, but the Safe reports that its call failed.`,
  );
}

/** The contract itself says that something else was changed. */
function ofAnotherEntry(
  expectation: ListExpectation,
  transactionHash: TransactionHash,
  changed: readonly AllowListEntry[],
): Failure {
  const expected = entriesOf(expectation).map(addedHash).find(isGiven);
  const registered = changed.map(addedHash).find(isGiven);
  if (expected && registered) {
    return new Failure(
      'TransactionOfAnotherComposeHash',
      `Transaction ${transactionHash} registered ${registered}, not ${expected}.`,
    );
  }
  return new Failure(
    'TransactionOfAnotherEntry',
    `Transaction ${transactionHash} brought about something else: ${changed.map(describeEntry).join(', ')}.`,
  );
}

const isGiven = <Value>(value: Value | null): value is Value => value !== null;

function foreign(
  { contract: { address } }: ListExpectation,
  transactionHash: TransactionHash,
  [change]: readonly ListChange[],
): string {
  if (!change) return `Transaction ${transactionHash} registered nothing with ${address}.`;
  return addedHash(change.entry) === null
    ? `Transaction ${transactionHash} changed the lists of ${change.contract}, not those of ${address}.`
    : `Transaction ${transactionHash} registered a hash with ${change.contract}, not with ${address}.`;
}
