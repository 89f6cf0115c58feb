import { describeReplica } from '../model/replicaChanges.js';
import { Failure } from '../model/failure.js';
import type { PhalaActivities, RequestAnswer } from '../model/phalaActivities.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { recomputeComposeHash } from '../phala/recomputeComposeHash.js';
import { replicateCvm } from '../phala/replicateCvm.js';
import { activity } from './activity.js';
import { findPatiently } from './commitOnce.js';
import { createdCvm } from './createdCvm.js';
import { documentWith } from './documentWith.js';
import { findReplica } from './findReplica.js';
import type { KeyRing } from './keyRing.js';
import { readPrepared } from './readPrepared.js';
import { withEffect } from './withEffect.js';

interface RequestReplicaClients {
  readonly phala: PhalaApi;
  readonly keyRing: KeyRing;
}

/** Over the half minute in which a call whose connection broke may still be on its way to the API. */
const looksBeforeAnother = 8;

/**
 * Safe to repeat: a preparation that is made again costs nothing, and a replica that an earlier attempt may have had
 * made is looked for among the app's CVMs first.
 */
export const createRequestReplica = ({ phala, keyRing }: RequestReplicaClients): PhalaActivities['requestReplica'] =>
  activity(async (input, execution) => {
    const { cvmId, appId, node, encryptedEnv, composeHash, prepareOnly, contract, before } = input;
    const { change, attempt, signal } = execution;
    const inDoubt = attempt > 1 || input.mayHaveBeenSent;
    const find = () => findReplica(phala, before, composeHash, signal);
    const findLate = (looks?: number) => withEffect('unknown', () => findPatiently(find, execution, looks));
    if (inDoubt) {
      // Nothing else keeps a direct replica from being made twice: a new CVM gets its time to show.
      const made = await (prepareOnly ? withEffect('unknown', find) : findLate(looksBeforeAnother));
      if (made) return { outcome: 'accepted', ...made };
    }
    const wantedDocument = { cvmId, appId: before.appId, composeHash };
    const document = prepareOnly ? await documentWith(phala, wantedDocument, signal) : null;
    // Not cancelled half-way: what became of it would not be known.
    const nodeId = node?.nodeId ?? null;
    const wanted = { cvmId, appId, nodeId, encryptedEnv, composeHash, prepareOnly };
    const answer = await replicateCvm(phala, wanted).catch(async (error: unknown) => {
      // Refused, as the app has another CVM now: it may be that of an earlier attempt, which was still on its way.
      const refused = error instanceof Failure && error.class === 'request';
      const made = inDoubt && refused ? await findLate() : null;
      if (made) return { outcome: 'found', made } as const;
      throw error;
    });
    if (answer.outcome === 'found') return { outcome: 'accepted', ...answer.made };
    if (answer.outcome === 'created') {
      return { outcome: 'accepted', correlationId: null, created: createdCvm(answer.vm) };
    }
    const recomputed = document && recomputeComposeHash(document);
    const changes = describeReplica({ cvmId, node, encryptedEnv, document });
    return {
      outcome: 'prepared',
      ...(await readPrepared(answer.preparation, { keyRing, change, contract, recomputed, changes })),
    } satisfies RequestAnswer;
  });
