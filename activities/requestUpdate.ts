import { describeComposeChanges } from '../model/composeChanges.js';
import { describeMachineChanges } from '../model/machineChanges.js';
import type { PhalaActivities, RequestAnswer } from '../model/phalaActivities.js';
import { patchCvm } from '../phala/patchCvm.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity } from './activity.js';
import { findApplied, recompute } from './findUpdate.js';
import type { KeyRing } from './keyRing.js';
import { readPrepared } from './readPrepared.js';
import { withEffect } from './withEffect.js';

interface RequestUpdateClients {
  readonly phala: PhalaApi;
  readonly keyRing: KeyRing;
}

/**
 * Safe to repeat: a preparation that is made again only supersedes the token of the one before, and an update that an
 * earlier attempt may have had applied is looked for among the operations first.
 */
export const createRequestUpdate = ({ phala, keyRing }: RequestUpdateClients): PhalaActivities['requestUpdate'] =>
  activity(async (input, { change, attempt, signal }) => {
    const { cvmId, update, prepareOnly, contract, since, machine, mayHaveBeenSent } = input;
    const find = () => withEffect('unknown', () => findApplied(phala, { cvmId, update, since }, signal));
    const before = attempt > 1 || mayHaveBeenSent ? await find() : null;
    if (before) return { outcome: 'accepted', ...before };
    const recomputed = await recompute(phala, cvmId, update, signal);
    // Not cancelled half-way: what became of it would not be known.
    const answer = await patchCvm(phala, { cvmId, update, prepareOnly });
    if (answer.outcome === 'accepted') return { ...answer, created: null };
    if (answer.outcome === 'noChange') {
      // Where the network delivered the request twice, this may be the answer to the second one.
      const applied = await find();
      return applied ? { outcome: 'accepted', ...applied } : answer;
    }
    const changes = [
      ...(recomputed ? describeComposeChanges(recomputed.before, recomputed.after) : []),
      ...describeMachineChanges(machine, update),
    ];
    const known = { recomputed: recomputed?.composeHash ?? null, changes };
    return {
      outcome: 'prepared',
      ...(await readPrepared(answer.preparation, { keyRing, change, contract, ...known })),
    } satisfies RequestAnswer;
  });
