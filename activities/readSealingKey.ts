import type { PhalaActivities } from '../model/phalaActivities.js';
import { activity } from './activity.js';
import type { KeyRing } from './keyRing.js';

/** Reads only: safe to repeat. */
export const createReadSealingKey = ({ keyRing }: { readonly keyRing: KeyRing }): PhalaActivities['readSealingKey'] => {
  const read = activity(async () => keyRing.sealingKey());
  return () => read(undefined);
};
