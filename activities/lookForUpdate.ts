import type { PhalaActivities } from '../model/phalaActivities.js';
import { getCvm } from '../phala/getCvm.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity } from './activity.js';
import { findApplied, findCommitted } from './findUpdate.js';
import { withEffect } from './withEffect.js';

/** Reads only: safe to repeat. */
export const createLookForUpdate = ({ phala }: { readonly phala: PhalaApi }): PhalaActivities['lookForUpdate'] =>
  activity((input, { signal }) =>
    withEffect('unknown', async () => {
      const { composeHash, base, update } = input;
      if (composeHash === null) return update && findApplied(phala, { ...input, update }, signal);
      const committed = await findCommitted(phala, { ...input, composeHash }, signal);
      if (committed) return committed;
      // The list of operations may not show it, or not any more.
      const { compose_hash: runs, progress } = await getCvm(phala, input.cvmId, signal);
      const isNew = runs === composeHash && runs !== base;
      return isNew ? { correlationId: progress?.correlation_id ?? null, created: null } : null;
    }),
  );
