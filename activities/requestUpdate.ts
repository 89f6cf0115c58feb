import type { OperationMark, PhalaActivities, UpdateAnswer } from '../model/activities.js';
import type { CvmId } from '../model/cvmId.js';
import { type CvmUpdate, touchesComposeHash } from '../model/cvmUpdate.js';
import { Failure } from '../model/failure.js';
import type { ComposeHash } from '../model/hex.js';
import type { AppContract } from '../model/registration.js';
import { getComposeFile } from '../phala/getComposeFile.js';
import { listOperations, type Operation } from '../phala/listOperations.js';
import { type PreparedUpdate, patchCvm } from '../phala/patchCvm.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { recomputeComposeHash } from '../phala/recomputeComposeHash.js';
import { activity } from './activity.js';
import { inDoubtStill } from './inDoubtStill.js';
import type { KeyRing } from './keyRing.js';
import { operationsSince } from './operations.js';

interface RequestUpdateClients {
  readonly phala: PhalaApi;
  readonly keyRing: KeyRing;
}

/**
 * Safe to repeat: a preparation that is made again only supersedes the token of the one before, and an update that an
 * earlier attempt may have had applied is looked for among the operations first.
 */
export const createRequestUpdate = ({ phala, keyRing }: RequestUpdateClients): PhalaActivities['requestUpdate'] =>
  activity(async ({ cvmId, update, prepareOnly, contract, since }, { change, attempt, signal }) => {
    const recomputed = await recompute(phala, cvmId, update, signal);
    if (attempt > 1) {
      const applied = await inDoubtStill(() => findApplied(phala, { cvmId, update, since, recomputed, signal }));
      if (applied) return { outcome: 'accepted', correlationId: applied.correlation_id };
    }
    // Not cancelled half-way: what became of it would not be known.
    const answer = await patchCvm(phala, { cvmId, update, prepareOnly });
    if (answer.outcome !== 'prepared') return answer;
    const { preparation } = answer;
    const token = preparation.commit_token;
    return {
      outcome: 'prepared',
      contract: contractOf(preparation, contract),
      composeHash: preparation.compose_hash,
      deviceId: preparation.device_id,
      deviceAllowed: preparation.onchain_status?.device_id_allowed ?? null,
      commitToken: token ? await keyRing.seal(token, change) : null,
      hashCheck:
        recomputed === null ? 'notCheckable' : recomputed === preparation.compose_hash ? 'matched' : 'mismatched',
      recomputedHash: recomputed,
    } satisfies UpdateAnswer;
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

/**
 * The contract that has to be called is the one that governs the app. Where the API names another one than it did when
 * the CVM was described, nobody should sign before that is explained.
 */
function contractOf({ app_id, kms_info }: PreparedUpdate, described: AppContract | null): AppContract {
  const chainId = kms_info.chain_id ?? described?.chainId;
  if (described && (described.address !== app_id || described.chainId !== chainId)) {
    const [prepared, own] = [`${app_id} on chain ${chainId}`, `${described.address} on chain ${described.chainId}`];
    throw new Failure(
      'AppContractUnknown',
      `The preparation names the app contract ${prepared}, the app itself ${own}.`,
    );
  }
  if (chainId !== undefined) return { chainId, address: app_id };
  throw new Failure('PhalaAnswerUnreadable', 'The preparation does not say on which chain its app contract lives.');
}
