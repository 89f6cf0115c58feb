import type { PhalaActivities } from '../model/phalaActivities.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity } from './activity.js';
import { findReplica } from './findReplica.js';
import { withEffect } from './withEffect.js';

/** Reads only: safe to repeat. */
export const createLookForReplica = ({ phala }: { readonly phala: PhalaApi }): PhalaActivities['lookForReplica'] =>
  activity(({ before, composeHash }, { signal }) =>
    withEffect('unknown', () => findReplica(phala, before, composeHash, signal)),
  );
