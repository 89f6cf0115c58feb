import { z } from 'zod';
import { allowance, cvmIdFor } from '../answers/allowance.js';
import { badRequest } from '../answers/errors.js';
import { prefixed } from '../rules/hex.js';
import { addressedCvm } from '../server/addressedCvm.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseBody } from '../server/parse.js';
import { askedDevice, hashText } from './askedDevice.js';
import { readAllowance } from './readAllowance.js';

/** OpenAPI IsAllowedRequest: what is not said is the CVM's own. */
const requestSchema = z.object({
  compose_hash: hashText.nullish(),
  node_id: z.int().nullish(),
  device_id: hashText.nullish(),
});

/**
 * POST /cvms/{cvm_id}/is-allowed [SDK checkCvmIsAllowed; OpenAPI has the schemas IsAllowedRequest and IsAllowedResponse, but
 * not the path]. Chosen: the body may be left out, and a CVM without on-chain KMS is a 400.
 */
export const checkCvmIsAllowed: Endpoint = {
  name: 'checkCvmIsAllowed',
  method: 'POST',
  path: '/cvms/:cvmId/is-allowed',
  authenticated: true,
  async handle(call, cloud) {
    const request = parseBody(call, requestSchema, {});
    const cvm = addressedCvm(call, cloud);
    if (cvm.onChain === undefined) {
      throw badRequest('CVM does not use on-chain KMS');
    }
    const deployment = {
      ...cvm.onChain,
      composeHash:
        typeof request.compose_hash === 'string' ? prefixed(request.compose_hash) : cvm.configuration.composeHash,
      deviceId: askedDevice(cloud, request) ?? cvm.deviceId,
    };
    const allowed = await readAllowance(cloud, deployment);
    return {
      status: 200,
      body: { cvm_id: cvmIdFor(call.apiVersion, cvm), ...allowance(deployment, allowed, call.quirks(cvm)) },
    };
  },
};
