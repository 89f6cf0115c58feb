import { hashInvalidOrExpired } from '../answers/errors.js';
import { vm } from '../answers/vm.js';
import { commitPreparedReplica } from '../creations/commitPreparedReplica.js';
import { commitUpdateRequestSchema } from '../rules/commitUpdateRequest.js';
import { prefixed } from '../rules/hex.js';
import { addressedCvm } from '../server/addressedCvm.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseBody } from '../server/parse.js';

/**
 * POST /cvms/{cvm_id}/commit-replica [seed 000]: makes the replica that the one-time token stands for, without an API key;
 * the token is in the body or the query, the CVM is the SOURCE. 200 with the new CVM, "the same VM object you would get from
 * a direct replicate call" [DOC-replicas]. What is said at commit-update about tokens and hashes holds here as well.
 */
export const commitReplica: Endpoint = {
  name: 'commitReplica',
  method: 'POST',
  path: '/cvms/:cvmId/commit-replica',
  authenticated: false,
  async handle(call, cloud) {
    const request = parseBody(call, commitUpdateRequestSchema, {});
    const source = addressedCvm(call, cloud);
    const token = request.token === '' ? (call.query.get('token') ?? '') : request.token;
    const preparation = cloud.replicaPreparations.byToken(source.vmUuid, token, cloud.clock.now());
    if (preparation === undefined) {
      throw hashInvalidOrExpired();
    }
    if (request.compose_hash !== '' && prefixed(request.compose_hash) !== preparation.composeHash) {
      throw hashInvalidOrExpired();
    }
    const replica = await commitPreparedReplica(call, cloud, source, preparation, request.transaction_hash);
    return { status: 200, body: vm(replica, call) };
  },
};
