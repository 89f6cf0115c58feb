import type { Countersign } from '../../client/countersign.js';
import { encryptEnv } from '../../client/encryptEnv.js';
import { isCvmId } from '../../model/cvmId.js';
import { readEnvFile } from '../files.js';
import { UsageError } from '../usageError.js';

interface EnvOptions {
  readonly envFile?: string;
  readonly encryptedEnv?: string;
}

type Variables = Readonly<Record<string, string>>;

/** The variables of the environment file; null without one. */
export async function readVariables({ envFile, encryptedEnv }: EnvOptions): Promise<Variables | null> {
  if (envFile === undefined) return null;
  if (encryptedEnv !== undefined) throw new UsageError('--env-file and --encrypted-env exclude each other.');
  return readEnvFile(envFile);
}

/**
 * The CVM as far as it is known before anything is asked, so that a request is checked first: where it is given by its
 * name, an id that no CVM has.
 */
export const cvmIdFor = (cvm: string): string => (isCvmId(cvm) ? cvm : '00000000-0000-0000-0000-000000000000');

/**
 * Asks a worker for the vm_uuid of a CVM that is given by its name, and for the key that its variables are encrypted to.
 * Neither is asked for in vain.
 *
 * @throws UsageError where the API gives no key; EngineFailureError CvmNotFound
 */
export async function lookUpCvm(
  countersign: Countersign,
  cvm: string,
  variables: Variables | null,
): Promise<{ readonly cvmId: string; readonly encryptedEnv?: string }> {
  if (variables === null && isCvmId(cvm)) return { cvmId: cvm };
  const { cvmId, envEncryptionKey } = await countersign.inspectCvm(cvm);
  if (variables === null) return { cvmId };
  if (envEncryptionKey === null) {
    throw new UsageError('The API gives no key to encrypt to for this CVM. Encrypt yourself: --encrypted-env.');
  }
  return { cvmId, encryptedEnv: await encryptEnv(variables, envEncryptionKey) };
}
