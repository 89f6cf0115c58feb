import type { TransactionHash } from '../../model/hex.js';
import type { Deployment } from '../../model/registration.js';
import type { Chain } from '../chains.js';
import { findSightings } from '../findSightings.js';
import { type Seen, unseen } from '../sighting.js';
import { checkDeployment } from './checkDeployment.js';
import { entriesOfApp, requireOwner } from './deployedApp.js';
import { findDeployment } from './findDeployment.js';

interface SeeOptions {
  /** Nothing that was deployed before this block is found. */
  readonly fromBlock: number;
  readonly transactionHash: TransactionHash | null;
}

/**
 * Sees whether the expected app was deployed: by the given transaction, else the oldest that was deployed since.
 *
 * @returns null where there is none
 * @throws Failure of class `refused` where the given transaction deployed another app, or none
 */
export async function seeDeployment(
  chain: Chain,
  deployment: Deployment,
  { fromBlock, transactionHash }: SeeOptions,
): Promise<Seen | null> {
  const owned = requireOwner(deployment);
  const app = transactionHash
    ? await checkDeployment(chain, owned, transactionHash)
    : await findDeployment(chain, owned, fromBlock);
  if (app === null) return null;
  const { address, deployer, sighting } = app;
  const entries = entriesOfApp(deployment);
  // The factory adds hash and device at once. What its owner added afterwards has a transaction of its own; whether any
  // device is allowed, a new app does not say.
  const later = unseen(entries, [sighting]).filter(({ list }) => list !== 'anyDevice');
  const found = await findSightings(chain, address, later, Number(sighting.blockNumber));
  return {
    contract: { chainId: deployment.kms.chainId, address },
    deployer,
    entries,
    sightings: [sighting, ...found],
  };
}
