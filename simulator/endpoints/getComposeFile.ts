import { canonicalJson } from '../rules/composeHash.js';
import { addressedCvm } from '../server/addressedCvm.js';
import type { Endpoint } from '../server/endpoint.js';

/**
 * GET /cvms/{cvm_id}/compose_file [OpenAPI: "the complete compose file as JSON or raw text based on query param"]: the
 * saved app-compose document. Chosen: any `raw` but "false" and "0" asks for text, which is the bytes that are hashed.
 */
export const getComposeFile: Endpoint = {
  name: 'getComposeFile',
  method: 'GET',
  path: '/cvms/:cvmId/compose_file',
  authenticated: true,
  handle(call, cloud) {
    const { appCompose } = addressedCvm(call, cloud).configuration;
    const raw = call.query.get('raw');
    return {
      status: 200,
      body: raw === null || raw === 'false' || raw === '0' ? appCompose : canonicalJson(appCompose),
    };
  },
};
