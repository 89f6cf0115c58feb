import { Failure } from '../model/failure.js';

/**
 * Reads contracts that answered when the registration was opened. They do not go away: a node that shows none lags behind,
 * or is out of order (on-chain.md §4), and nobody has to put anything right.
 *
 * @throws Failure ChainUnavailable in place of AppContractMissing; whatever else the read throws
 */
export async function ofKnownContracts<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Failure) || error.type !== 'AppContractMissing') throw error;
    throw new Failure('ChainUnavailable', `${error.message} It answered before: the node lags behind.`, {
      cause: error,
    });
  }
}
