import type { CvmId } from '../model/cvmId.js';
import { type CvmUpdate, touchesComposeHash } from '../model/cvmUpdate.js';
import type { OperationMark } from '../model/descriptions.js';
import type { ComposeHash } from '../model/hex.js';
import type { PhalaActivities, RequestAnswer } from '../model/phalaActivities.js';
import { getComposeFile } from '../phala/getComposeFile.js';
import { listOperations, type Operation } from '../phala/listOperations.js';
import { patchCvm } from '../phala/patchCvm.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { recomputeComposeHash } from '../phala/recomputeComposeHash.js';
import { activity } from './activity.js';
import { inDoubtStill } from './inDoubtStill.js';
import type { KeyRing } from './keyRing.js';
import { operationsSince } from './operations.js';
import { readPrepared } from './readPrepared.js';

interface RequestUpdateClients {
  readonly phala: PhalaApi;
  readonly keyRing: KeyRing;
}

/**
 * Safe to repeat: a preparation that is made again only supersedes the token of the one before, and an update that an
 * earlier attempt may have had applied is looked for among the operations first.
 */
export const createRequestUpdate = ({ phala, keyRing }: RequestUpdateClients): PhalaActivities['requestUpdate'] =>
  activity(async ({ cvmId, update, prepareOnly, contract, since, mayHaveBeenSent }, { change, attempt, signal }) => {
    const recomputed = await recompute(phala, cvmId, update, signal);
    if (attempt > 1 || mayHaveBeenSent) {
      const applied = await inDoubtStill(() => findApplied(phala, { cvmId, update, since, recomputed, signal }));
      if (applied) return { outcome: 'accepted', correlationId: applied.correlation_id, created: null };
    }
    // Not cancelled half-way: what became of it would not be known.
    const answer = await patchCvm(phala, { cvmId, update, prepareOnly });
    if (answer.outcome === 'accepted') return { ...answer, created: null };
    if (answer.outcome === 'noChange') return answer;
    return {
      outcome: 'prepared',
      ...(await readPrepared(answer.preparation, { keyRing, change, contract, recomputed })),
    } satisfies RequestAnswer;
  });

/** Null where nothing in the update goes into the hash, or the document cannot be read as JSON. */
async function recompute(
  phala: PhalaApi,
  cvmId: CvmId,
  update: CvmUpdate,
  signal: AbortSignal,
): Promise<ComposeHash | null> {
  if (!touchesComposeHash(update)) return null;
  const document = await getComposeFile(phala, cvmId, signal);
  return document && recomputeComposeHash(document, update);
}

interface AppliedSearch {
  readonly cvmId: CvmId;
  readonly update: CvmUpdate;
  readonly since: OperationMark;
  readonly recomputed: ComposeHash | null;
  readonly signal: AbortSignal;
}

/** Starting and stopping leave the configuration as it is: such an operation is somebody else's. */
const powerOperations = /power|start|stop|shutdown|restart|reboot/i;

async function findApplied(phala: PhalaApi, search: AppliedSearch): Promise<Operation | null> {
  const { cvmId, update, since, recomputed, signal } = search;
  const operations = operationsSince(await listOperations(phala, cvmId, { signal }), since);
  const applies = ({ compose_hash, operation_type }: Operation): boolean =>
    touchesComposeHash(update) && recomputed !== null
      ? compose_hash === recomputed
      : !powerOperations.test(operation_type);
  return operations.find(applies) ?? null;
}
