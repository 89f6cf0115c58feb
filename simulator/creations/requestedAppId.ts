import type { Hex } from 'viem';
import { invalidRequest } from '../answers/creationErrors.js';
import { isHexOf, prefixed } from '../rules/hex.js';
import type { ProvisionRequest } from '../rules/provisionRequest.js';
import type { AppIds } from '../state/appIds.js';
import type { Kms } from '../state/kms.js';

/**
 * The app id of a new CVM. With the provider's own KMS the next one of the workspace's wallet, or the one named by app_id
 * AND nonce, which have to fit each other [OpenAPI ProvisionDstackAppRequestV2]. With a KMS on chain it is the address of
 * the DstackApp: undefined until there is one, or as the caller names it [facts §4].
 *
 * Chosen: ERR-02-008 for what does not fit, and for only one of the two, which the CLI refuses as well.
 */
export function requestedAppId(appIds: AppIds, kms: Kms, request: ProvisionRequest): Hex | undefined {
  const { app_id: given, nonce } = request;
  if (typeof given === 'string' && !isHexOf(20, given)) {
    throw invalidRequest('app_id', 'app_id must be 40 hexadecimal characters.');
  }
  const appId = typeof given === 'string' ? prefixed(given) : undefined;
  if (kms.onChain !== undefined) {
    return appId;
  }
  if (appId === undefined && typeof nonce !== 'number') {
    return appIds.take();
  }
  if (appId === undefined || typeof nonce !== 'number' || nonce < 0 || appId !== appIds.at(nonce)) {
    throw invalidRequest('nonce', 'app_id and nonce must be given together and fit each other.');
  }
  return appId;
}
