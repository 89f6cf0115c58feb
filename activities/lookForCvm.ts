import type { PhalaActivities } from '../model/phalaActivities.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity } from './activity.js';
import { findNamed } from './findNamed.js';
import { withEffect } from './withEffect.js';

/** Reads only: safe to repeat. */
export const createLookForCvm = ({ phala }: { readonly phala: PhalaApi }): PhalaActivities['lookForCvm'] =>
  activity((input, { signal }) => withEffect('unknown', () => findNamed(phala, input, signal)));
