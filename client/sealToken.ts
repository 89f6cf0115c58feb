import { changeOf, cvmIdSchema } from '../model/cvmId.js';
import type { SealingKey } from '../model/sealedEnv.js';
import type { SealedToken } from '../model/sealedToken.js';
import { InvalidInputError } from './errors.js';
import { sealForWorkers } from './sealForWorkers.js';

/**
 * Seals the commit token of an update that was prepared elsewhere to the workers' key. Whoever holds the token can
 * commit: in this form it opens in a worker only, and for a change of this CVM only.
 *
 * @param sealingKey from `Countersign.sealingKey()`
 * @param cvmId the vm_uuid of the CVM, as in the request
 * @throws InvalidInputError where the CVM is not given by its vm_uuid, or the token is empty
 * @example
 * const token = await sealToken(commitToken, await countersign.sealingKey(), cvmId);
 * const { change } = await countersign.adoptUpdate({ cvmId, composeHash, token, requestedBy: 'deploy-bot' });
 */
export async function sealToken(token: string, sealingKey: SealingKey, cvmId: string): Promise<SealedToken> {
  const cvm = cvmIdSchema.safeParse(cvmId);
  if (!cvm.success) throw new InvalidInputError('cvmId: must be the vm_uuid of a CVM');
  if (token.trim() === '') throw new InvalidInputError('token: must not be empty');
  return `token:${await sealForWorkers(token.trim(), sealingKey, changeOf(cvm.data))}`;
}
