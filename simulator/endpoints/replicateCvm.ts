import { addressedSource } from '../creations/replicaSource.js';
import { replicate } from '../creations/replicate.js';
import { replicateRequestSchema } from '../rules/replicateRequest.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseBody } from '../server/parse.js';

/** POST /cvms/{cvm_id}/replicas [seed 002]. No body is as an empty one: "replicates to the source node and reuses env". */
export const replicateCvm: Endpoint = {
  name: 'replicateCvm',
  method: 'POST',
  path: '/cvms/:cvmId/replicas',
  authenticated: true,
  async handle(call, cloud) {
    const request = parseBody(call, replicateRequestSchema.nullable(), null) ?? {};
    return await replicate(call, cloud, addressedSource(call, cloud, request.compose_hash ?? undefined), request);
  },
};
