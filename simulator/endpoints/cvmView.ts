import type { Hex } from 'viem';
import type { CvmView } from '../answers/cvmInfo.js';
import { dstackAppAbi } from '../rules/dstackApp.js';
import { prefixed } from '../rules/hex.js';
import type { Call } from '../server/endpoint.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm } from '../state/cvm.js';

/** What answers about a CVM need, for one request. */
export async function cvmView(call: Call, cloud: Cloud, cvm: Cvm): Promise<CvmView> {
  return {
    apiVersion: call.apiVersion,
    quirks: call.quirks(cvm),
    deployer: await shownDeployer(cloud, cvm),
    chains: cloud.chains,
  };
}

/**
 * deployer_address: as the definition has it, else the contract's owner at this moment. Whatever is wrong with the chain,
 * a CVM can still be read (chosen: the real server has the address in its database).
 */
async function shownDeployer(cloud: Cloud, cvm: Cvm): Promise<Hex | undefined> {
  try {
    return await deployer(cloud, cvm);
  } catch {
    return undefined;
  }
}

/** The same, where not knowing is an error. Lower case, as every address here. */
export async function deployer(cloud: Cloud, { onChain }: Cvm): Promise<Hex | undefined> {
  if (onChain === undefined || onChain.deployer !== undefined) {
    return onChain?.deployer;
  }
  const owner = await cloud.chains.read(onChain.chainId, (client) =>
    client.readContract({ address: onChain.appContract, abi: dstackAppAbi, functionName: 'owner' }),
  );
  return prefixed(owner);
}
