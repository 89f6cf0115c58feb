import { hashInvalidOrExpired } from '../answers/errors.js';
import { commitUpdateRequestSchema } from '../rules/commitUpdateRequest.js';
import { prefixed } from '../rules/hex.js';
import { addressedCvm } from '../server/addressedCvm.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseBody } from '../server/parse.js';
import { commitPreparation } from '../updates/commitPreparation.js';

/**
 * POST /cvms/{cvm_id}/commit-update [OpenAPI commit_cvm_update, facts §2(d)]: no API key, the token is the
 * credential, in the body or as ?token=. An empty compose_hash is read from the token. The server's checks in the
 * documented order: token, hash bound to it (both 466), then those of `commitPreparation`.
 *
 * Chosen: the token in the body wins over the one in the query; a second commit of a token is a 466 (it is "one-time",
 * the answer is undocumented); hashes may come with or without 0x, in any case.
 */
export const commitUpdate: Endpoint = {
  name: 'commitUpdate',
  method: 'POST',
  path: '/cvms/:cvmId/commit-update',
  authenticated: false,
  async handle(call, cloud) {
    const request = parseBody(call, commitUpdateRequestSchema, {});
    const cvm = addressedCvm(call, cloud);
    const token = request.token === '' ? (call.query.get('token') ?? '') : request.token;
    const preparation = cloud.preparations.byToken(cvm.vmUuid, token, cloud.clock.now());
    if (preparation === undefined) {
      throw hashInvalidOrExpired();
    }
    if (request.compose_hash !== '' && prefixed(request.compose_hash) !== preparation.composeHash) {
      throw hashInvalidOrExpired();
    }
    const { correlationId } = await commitPreparation(call, cloud, cvm, {
      preparation,
      via: 'token',
      transactionHash: request.transaction_hash,
    });
    // The two fields that clients read; "pending" is the docs' example of the status [DOC-multisig, SDK commitCvmUpdate].
    return { status: 202, body: { correlation_id: correlationId, status: 'pending' } };
  },
};
