import { z } from 'zod';
import { hashInvalidOrExpired } from '../answers/errors.js';
import { written } from '../answers/hexForm.js';
import { addressedCvm } from '../server/addressedCvm.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseQuery } from '../server/parse.js';
import { USER, WORKSPACE } from '../state/workspace.js';

const querySchema = z.object({ token: z.string() });

/**
 * GET /cvms/{cvm_id}/commit-update?token= [OpenAPI: 200 untyped, no API key]. What the confirm page shows is known:
 * workspace, CVM, app id, compose hash, who prepared it and when [DOC-multisig, path A]. The NAMES are unknown and chosen
 * after the pending_approval webhook; so is 466 for a token that opens nothing.
 */
export const getCommitUpdate: Endpoint = {
  name: 'getCommitUpdate',
  method: 'GET',
  path: '/cvms/:cvmId/commit-update',
  authenticated: false,
  handle(call, cloud) {
    const { token } = parseQuery(call, querySchema);
    const cvm = addressedCvm(call, cloud);
    const preparation = cloud.preparations.byToken(cvm.vmUuid, token, cloud.clock.now());
    if (preparation === undefined) {
      throw hashInvalidOrExpired();
    }
    const quirks = call.quirks(cvm);
    return {
      status: 200,
      body: {
        workspace: { id: WORKSPACE.slug, name: WORKSPACE.name },
        cvm_id: cvm.vmUuid,
        cvm_name: cvm.name,
        app_id: written(cvm.appId, 'prefixed', quirks),
        compose_hash: written(preparation.composeHash, 'prefixed', quirks),
        initiated_by: { user_id: USER.id, username: USER.username },
        created_at: preparation.preparedAt.toISOString(),
        expires_at: preparation.expiresAt.toISOString(),
      },
    };
  },
};
