import { badRequest } from '../answers/errors.js';
import { isHexOf, prefixed } from '../rules/hex.js';
import { addressedKms } from '../server/addressedKms.js';
import type { Endpoint } from '../server/endpoint.js';

/**
 * GET /kms/{id|slug}/pubkey/{app_id} [OpenAPI: 400 for an app id that is not 40 hex digits, 0x optional; fields: SDK
 * GetAppEnvEncryptPubKeySchema]. Hex without 0x is chosen for both.
 */
export const getEnvironmentKey: Endpoint = {
  name: 'getEnvironmentKey',
  method: 'GET',
  path: '/kms/:kmsId/pubkey/:appId',
  authenticated: true,
  async handle(call, cloud) {
    const { keys } = addressedKms(call, cloud);
    const appId = call.params['appId'] ?? '';
    if (!isHexOf(20, appId)) {
      throw badRequest('Invalid app ID format');
    }
    return {
      status: 200,
      body: {
        public_key: keys.environmentPublicKey(prefixed(appId)),
        signature: await keys.environmentKeySignature(prefixed(appId)),
      },
    };
  },
};
