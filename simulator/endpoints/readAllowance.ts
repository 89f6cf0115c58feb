import { type Allowance, type Deployment, deploymentAllowed } from '../rules/deploymentAllowed.js';
import { ChainUnavailable } from '../state/chains.js';
import type { Cloud } from '../state/cloud.js';

/**
 * What the contract says of a deployment at this moment. What goes wrong on the way is an answer as well, because the
 * answers that tell of it have an `error` of their own [OpenAPI IsAllowedResponse.error]; the texts are chosen.
 */
export async function readAllowance(cloud: Cloud, deployment: Deployment): Promise<Allowance> {
  try {
    return await cloud.chains.read(deployment.chainId, (client) => deploymentAllowed(client, deployment));
  } catch (error) {
    return {
      composeHashAllowed: false,
      allowAnyDevice: false,
      deviceListed: undefined,
      isAllowed: false,
      error: error instanceof ChainUnavailable ? error.message : 'The app contract does not answer.',
    };
  }
}
