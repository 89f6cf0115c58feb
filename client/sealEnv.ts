import { CompactEncrypt } from 'jose';
import { provisionOf } from '../model/kinds.js';
import type { ProvisionRequestInput } from '../model/provisionRequest.js';
import type { SealedForWorkers, SealingKey } from '../model/sealedEnv.js';

/** The field `env` of a request for a new CVM. */
export type SealedEnv = NonNullable<ProvisionRequestInput['env']>;

/**
 * Seals environment variables of a new CVM to the workers' key: the names stay readable, the values open in a worker
 * only, which encrypts them to the app's own key once there is one. A compact JWE (ECDH-ES on P-256, A256GCM) of the
 * variables as JSON. Its protected header names the change, and it opens in no other.
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
  const jwe = await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(variables)))
    .setProtectedHeader({
      alg: 'ECDH-ES',
      enc: 'A256GCM',
      kid: sealingKey.kid,
      context: provisionOf(name),
    })
    .encrypt({ ...sealingKey });
  const sealed: SealedForWorkers = `env:${jwe}`;
  return { names: Object.keys(variables), sealed };
}
