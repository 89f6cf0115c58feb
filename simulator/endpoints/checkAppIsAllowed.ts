import type { Hex } from 'viem';
import { z } from 'zod';
import { allowance } from '../answers/allowance.js';
import { badRequest, notFound } from '../answers/errors.js';
import { isHexOf, prefixed } from '../rules/hex.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseBody } from '../server/parse.js';
import { askedDevice, hashText } from './askedDevice.js';
import { readAllowance } from './readAllowance.js';

/** OpenAPI AppIsAllowedRequest. */
const requestSchema = z.object({
  compose_hash: hashText,
  node_id: z.int().nullish(),
  device_id: hashText.nullish(),
  chain_id: z.int().nullish(),
});

/**
 * POST /apps/{app_id}/is-allowed [OpenAPI AppIsAllowedResponse]: whether the app's contract would let a hash boot on a
 * device. With chain_id also for an app that has no CVM here ("if omitted, resolved from DB via CVM/KMS records").
 *
 * Chosen: without node_id and device_id the device of the app's first CVM; 404 for an app that is not known and comes
 * without chain_id; 400 for one without on-chain KMS.
 */
export const checkAppIsAllowed: Endpoint = {
  name: 'checkAppIsAllowed',
  method: 'POST',
  path: '/apps/:appId/is-allowed',
  authenticated: true,
  async handle(call, cloud) {
    const request = parseBody(call, requestSchema);
    const appId = call.params['appId'] ?? '';
    const [cvm] = cloud.cvms.ofApp(appId);
    const chainId = request.chain_id ?? cvm?.onChain?.chainId;
    if (chainId === undefined) {
      throw cvm === undefined ? notFound('App') : badRequest('App does not use on-chain KMS');
    }
    const deployment = {
      chainId,
      appContract: cvm?.onChain?.appContract ?? contractOf(appId),
      composeHash: prefixed(request.compose_hash),
      deviceId: askedDevice(cloud, request) ?? cvm?.deviceId,
    };
    const allowed = await readAllowance(cloud, deployment);
    return { status: 200, body: allowance(deployment, allowed, cvm === undefined ? {} : call.quirks(cvm)) };
  },
};

/** The app id is the address of the contract [facts §10]. */
function contractOf(appId: string): Hex {
  const address = appId.replace(/^app_/, '');
  if (!isHexOf(20, address)) {
    throw badRequest('Invalid app ID format');
  }
  return prefixed(address);
}
