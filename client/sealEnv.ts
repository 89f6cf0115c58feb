import { provisionOf } from '../model/kinds.js';
import type { ProvisionRequestInput } from '../model/provisionRequest.js';
import type { SealedForWorkers, SealingKey } from '../model/sealedEnv.js';
import { sealForWorkers } from './sealForWorkers.js';

/** The field `env` of a request for a new CVM. */
export type SealedEnv = NonNullable<ProvisionRequestInput['env']>;

/**
 * Seals environment variables of a new CVM to the workers' key: the names stay readable, the values open in a worker
 * only, which encrypts them to the app's own key once there is one.
 * Sealed are the variables as JSON, for this one change.
 *
 * @param sealingKey from `Countersign.sealingKey()`
 * @param name of the new CVM, as in the request
 * @example
 * const env = await sealEnv({ API_KEY: key }, await countersign.sealingKey(), 'my-app');
 */
export async function sealEnv(
  variables: Readonly<Record<string, string>>,
  sealingKey: SealingKey,
  name: string,
): Promise<SealedEnv> {
  const sealed: SealedForWorkers = `env:${await sealForWorkers(JSON.stringify(variables), sealingKey, provisionOf(name))}`;
  return { names: Object.keys(variables), sealed };
}
