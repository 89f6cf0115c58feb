import type { Expectation, RegistrationCall } from '../model/registration.js';
import type { Chain } from './chains.js';
import { requireOwner } from './deployment/deployedApp.js';
import { deploymentCall } from './deployment/deploymentCall.js';
import { findDeployment } from './deployment/findDeployment.js';
import { entriesOf } from './entries.js';
import { missingEntries } from './missingEntries.js';
import { registrationCalls } from './registrationCalls.js';

/**
 * The calls that are still missing, in the order in which they belong into one batch.
 *
 * @param fromBlock a deployment counts from this block on; the state of lists needs none
 * @throws Failure ChainUnavailable, AppContractMissing, AppContractUnknown
 */
export async function missingCalls(
  chain: Chain,
  expectation: Expectation,
  fromBlock: number,
): Promise<readonly RegistrationCall[]> {
  if (expectation.kind === 'deployment') {
    const deployment = requireOwner(expectation);
    const deployed = await findDeployment(chain, deployment, fromBlock);
    return deployed ? [] : [deploymentCall(deployment)];
  }
  const { address } = expectation.contract;
  return registrationCalls(address, await missingEntries(chain, address, entriesOf(expectation)));
}
