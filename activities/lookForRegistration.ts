import type { Chain } from '../chain/chains.js';
import { readOwnerAddress } from '../chain/readOwner.js';
import { readRegistration } from '../chain/readRegistration.js';
import type { AwaitedRegistration } from '../model/chainActivities.js';
import { Failure } from '../model/failure.js';
import type { Address } from '../model/hex.js';
import type { Registration } from '../model/registration.js';
import type { Execution } from './activity.js';
import { ofKnownContracts } from './ofKnownContracts.js';

/** Looks, two seconds apart, after which another owner is no matter of nodes that lag. */
const looksAtOwner = 5;

/**
 * One look at what is awaited, and where it does not stand at who owns the contract: one who does not own it any more is
 * asked in vain. What stands on chain counts, whoever brought it about.
 *
 * @returns null where it does not stand, and the owner is the one who was asked
 * @throws Failure OwnerChanged; ChainMismatch, ChainUnavailable, AppContractUnknown
 */
export async function lookForRegistration(
  chain: Chain,
  awaited: AwaitedRegistration,
  { sleep }: Pick<Execution, 'sleep'>,
): Promise<Registration | null> {
  const { expectation, owner: asked, ...options } = awaited;
  for (let look = 1; ; look++) {
    const registration = await ofKnownContracts(() => readRegistration(chain, expectation, options));
    if (registration) return registration;
    const owner = await presentOwner(chain, awaited);
    if (owner === null || owner === asked) return null;
    if (look === looksAtOwner) throw changed(awaited, owner);
    await sleep(2_000);
  }
}

/** Null where nobody was asked as the owner, where there is no contract yet, and where the node does not tell. */
async function presentOwner(chain: Chain, { expectation, owner }: AwaitedRegistration): Promise<Address | null> {
  if (owner === undefined || expectation.kind === 'deployment') return null;
  return readOwnerAddress(chain, expectation.contract.address);
}

const changed = ({ expectation, owner }: AwaitedRegistration, now: Address): Failure => {
  const what = expectation.kind === 'deployment' ? 'The contract' : expectation.contract.address;
  return new Failure('OwnerChanged', `${what} is owned by ${now} now, not by ${owner}.`);
};
