import { addressedSourceOfApp } from '../creations/replicaSource.js';
import { replicate } from '../creations/replicate.js';
import { replicateRequestSchema } from '../rules/replicateRequest.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseBody } from '../server/parse.js';

/**
 * POST /apps/{app_id}/cvms/{vm_uuid}/replicas [seed 003]: "same request body and response shape as the CVM-scoped endpoint"
 * [DOC-replicas], its 465 included (chosen; OpenAPI lists none here).
 */
export const replicateAppCvm: Endpoint = {
  name: 'replicateAppCvm',
  method: 'POST',
  // The source is :cvmId, as everywhere, so that fault rules can name it.
  path: '/apps/:appId/cvms/:cvmId/replicas',
  authenticated: true,
  async handle(call, cloud) {
    const request = parseBody(call, replicateRequestSchema.nullable(), null) ?? {};
    return await replicate(call, cloud, addressedSourceOfApp(call, cloud, request.compose_hash ?? undefined), request);
  },
};
