import type { TransactionHash } from '../model/hex.js';
import type { Chain } from './chains.js';
import { checkTransaction } from './checkTransaction.js';
import { entriesOf, type ListExpectation } from './entries.js';
import { findSightings } from './findSightings.js';
import { missingEntries } from './missingEntries.js';
import { revocationOf } from './revocationOf.js';
import { type Seen, unseen } from './sighting.js';

interface SeeOptions {
  readonly fromBlock: number;
  readonly transactionHash: TransactionHash | null;
}

/**
 * Sees whether every expected entry stands on the lists of an app contract that exists.
 *
 * @returns null where one is missing
 * @throws Failure of class `refused` where the given transaction brought about nothing of it, or not any more
 */
export async function seeEntries(
  chain: Chain,
  expectation: ListExpectation,
  { fromBlock, transactionHash }: SeeOptions,
): Promise<Seen | null> {
  const { contract } = expectation;
  const entries = entriesOf(expectation);
  const given = transactionHash && (await checkTransaction(chain, expectation, transactionHash));
  const missing = await missingEntries(chain, contract.address, entries);
  const revocation = given && revocationOf(given, missing);
  if (revocation) throw revocation;
  if (missing.length > 0) return null;

  const delivered = given ? [given] : [];
  const found = await findSightings(chain, contract.address, unseen(entries, delivered), fromBlock);
  return { contract, deployer: null, entries, sightings: [...delivered, ...found] };
}
