import { ZodType } from 'zod';
import * as adoptRequest from '../model/adoptRequest.js';
import * as allowListRequest from '../model/allowListRequest.js';
import * as changeRequest from '../model/changeRequest.js';
import * as composeFields from '../model/composeFields.js';
import * as cvmId from '../model/cvmId.js';
import * as cvmUpdate from '../model/cvmUpdate.js';
import * as hex from '../model/hex.js';
import * as messages from '../model/messages.js';
import * as policy from '../model/policy.js';
import * as provisionRequest from '../model/provisionRequest.js';
import * as replicateRequest from '../model/replicateRequest.js';
import * as sealedEnv from '../model/sealedEnv.js';
import * as sealedToken from '../model/sealedToken.js';
import * as updateRequest from '../model/updateRequest.js';
import * as watch from '../model/watch.js';

/**
 * Preloaded into the workflow bundle: makes the schemas once for all workflows of a worker. Made anew for each workflow,
 * they cost a third of all that a worker does for an update (docs/benchmarks.md), and their memory as often.
 *
 * The SDK freezes what workflows share, through and through, except what is frozen already. zod has to note things deep
 * inside of a schema when it is first used. So a schema is frozen here, and only it: nobody can put another method on it,
 * and workflows call zod's `safeParse` with it instead of its own, which zod would make on it.
 */
function share(value: unknown): void {
  if (value instanceof ZodType) Object.freeze(value);
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) share(inner);
}

share([adoptRequest, allowListRequest, changeRequest, composeFields, cvmId, cvmUpdate, hex, messages, policy]);
share([provisionRequest, replicateRequest, sealedEnv, sealedToken, updateRequest, watch]);
