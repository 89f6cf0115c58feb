import { Failure } from '../model/failure.js';
import type { TransactionHash } from '../model/hex.js';
import type { Finality } from '../model/policy.js';
import type { Expectation, Registration } from '../model/registration.js';
import { type Chain, requireChainId } from './chains.js';
import { seeDeployment } from './deployment/seeDeployment.js';
import { addedHash, type Entry } from './entries.js';
import { finalBlock } from './finality.js';
import { missingEntries } from './missingEntries.js';
import { rpcFailure } from './rpcFailure.js';
import { seeEntries } from './seeEntries.js';
import type { Seen } from './sighting.js';

interface ReadRegistrationOptions {
  readonly finality: Finality;
  /**
   * Lists: a search for the transactions ends a little before this block; what was changed earlier is seen by the state
   * alone. Deployment: nothing that was deployed before this block is ever found.
   */
  readonly fromBlock: number;
  /** The transaction that somebody delivered, or that was found before. It may be older than `fromBlock`. */
  readonly transactionHash?: TransactionHash | null;
}

/**
 * Reads whether everything that is expected stands on chain now, by which transaction, and whether all of it is final.
 * An event alone is not enough (what it tells may have been undone since), nor is the state alone (it names no
 * transaction): both are read, afresh each time, so that a reorganisation shows.
 *
 * @returns null where something that is expected does not stand
 * @throws Failure of class `refused` where the given transaction is not the registration; ChainMismatch,
 *   ChainUnavailable, AppContractMissing, AppContractUnknown
 */
export async function readRegistration(
  chain: Chain,
  expectation: Expectation,
  { finality, fromBlock, transactionHash = null }: ReadRegistrationOptions,
): Promise<Registration | null> {
  await requireChainId(chain);
  // Before anything else: what a reorganisation moves meanwhile would look older than it is, by a newer final block.
  const final = await finalBlockOf(chain, finality);
  const options = { fromBlock, transactionHash };
  const seen =
    expectation.kind === 'deployment'
      ? await seeDeployment(chain, expectation, options)
      : await seeEntries(chain, expectation, options);
  if (seen === null) return null;
  const [transaction] = seen.sightings;
  const proof = seen.sightings.find(({ entries }) => entries.some((entry) => addedHash(entry) !== null));
  return {
    contract: seen.contract,
    deployer: seen.deployer,
    transactionHash: transaction?.transactionHash ?? null,
    proof: proof?.transactionHash ?? null,
    ...(await ageOf(chain, seen, { finality, final })),
  };
}

type Age = Pick<Registration, 'blockNumber' | 'finality' | 'final'>;

/** Null where the newest block is final enough. */
async function finalBlockOf(chain: Chain, finality: Finality): Promise<bigint | null> {
  if (finality === 'latest') return null;
  try {
    return await finalBlock(chain, finality);
  } catch (error) {
    throw rpcFailure(error);
  }
}

/** It is as old as the newest block in which something of it was brought about. */
async function ageOf(
  chain: Chain,
  seen: Seen,
  { finality, final }: { readonly finality: Finality; readonly final: bigint | null },
): Promise<Age> {
  try {
    const blocks = seen.sightings.map(({ blockNumber }) => blockNumber);
    const newest = blocks.length === 0 ? await blockOfState(chain, seen, final) : blocks.reduce(newer);
    return { blockNumber: Number(newest), finality, final: final === null || newest <= final };
  } catch (error) {
    throw rpcFailure(error);
  }
}

const newer = (one: bigint, other: bigint): bigint => (one > other ? one : other);

/** Where no transaction is found: the final block, if it stood there already, else the block in which it is seen. */
async function blockOfState(chain: Chain, { contract, entries }: Seen, final: bigint | null): Promise<bigint> {
  const head = await chain.client.getBlockNumber();
  if (final === null || final < 0n || final >= head) return head;
  const missing = await missingEntries(chain, contract.address, entries, final).catch(unlessNotDeployedYet(entries));
  return missing.length === 0 ? final : head;
}

/** A contract may be younger than the final block: then nothing stood there. */
const unlessNotDeployedYet =
  (entries: readonly Entry[]) =>
  (error: unknown): readonly Entry[] => {
    if (error instanceof Failure && error.type === 'AppContractMissing') return entries;
    throw error;
  };
