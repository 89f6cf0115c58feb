import { readOnChainStatus } from '../rules/dstackApp.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm } from '../state/cvm.js';
import type { Preparation } from '../state/preparations.js';

/**
 * The updates of a CVM that are prepared, allowed on chain and not applied yet [OpenAPI get_pending_updates]. Chosen: those
 * count that either route can still commit, so also one whose token a newer prepare has superseded.
 */
export async function registeredPreparations(cloud: Cloud, cvm: Cvm): Promise<Preparation[]> {
  const { onChain, deviceId } = cvm;
  if (onChain === undefined) {
    return [];
  }
  const open = cloud.preparations.open(cvm.vmUuid, cloud.clock.now());
  const allowed = await Promise.all(
    open.map(({ composeHash }) =>
      cloud.chains.read(onChain.chainId, (client) =>
        readOnChainStatus(client, onChain.appContract, composeHash, deviceId),
      ),
    ),
  );
  return open.filter((_, index) => allowed[index]?.composeHashAllowed === true);
}
