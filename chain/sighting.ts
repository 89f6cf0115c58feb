import type { TransactionReceipt } from 'viem';
import { type Address, type TransactionHash, transactionHashSchema } from '../model/hex.js';
import type { AppContract } from '../model/registration.js';
import { type Entry, includesEntry, shows } from './entries.js';
import { listChanges } from './listChanges.js';

/** A mined transaction, and what of the expected it brought about. */
export interface Sighting {
  readonly transactionHash: TransactionHash;
  readonly blockNumber: bigint;
  /** By the events of the app contract itself: who sent it, and to which contract, says nothing. */
  readonly entries: readonly Entry[];
}

/** What stands on chain now, and by which transactions. */
export interface Seen {
  readonly contract: AppContract;
  /** Who deployed the contract, where this was a deployment. */
  readonly deployer: Address | null;
  /** All that was expected. */
  readonly entries: readonly Entry[];
  /** First the one that was delivered, then newest first; empty where only the state shows it. */
  readonly sightings: readonly Sighting[];
}

/** What a receipt shows of the entries of one app contract. */
export function sightingOf(receipt: TransactionReceipt, contract: Address, entries: readonly Entry[]): Sighting {
  const own = listChanges(receipt.logs).filter((change) => change.contract === contract);
  return {
    transactionHash: transactionHashSchema.parse(receipt.transactionHash),
    blockNumber: receipt.blockNumber,
    entries: entries.filter((entry) => own.some((change) => shows(change.entry, entry))),
  };
}

/** The entries that none of the sightings shows. */
export const unseen = (entries: readonly Entry[], sightings: readonly Sighting[]): readonly Entry[] =>
  entries.filter((entry) => !sightings.some((sighting) => includesEntry(sighting.entries, entry)));
