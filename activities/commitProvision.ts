import { encryptEnvVars } from '@phala/dstack-sdk/encrypt-env-vars';
import type { Applied, PhalaActivities } from '../model/phalaActivities.js';
import { createCvm } from '../phala/createCvm.js';
import { getEnvKey } from '../phala/getEnvKey.js';
import type { PhalaApi } from '../phala/phalaApi.js';
import { activity, type Execution } from './activity.js';
import { commitOnce } from './commitOnce.js';
import { createdCvm } from './createdCvm.js';
import { findNamed } from './findNamed.js';
import type { KeyRing } from './keyRing.js';

interface CommitProvisionClients {
  readonly phala: PhalaApi;
  readonly keyRing: KeyRing;
}

type CommitProvisionInput = Parameters<PhalaActivities['commitProvision']>[0];

/**
 * Safe to repeat: the name was free when the change began and is unique in the workspace, so a CVM that has it now and
 * runs the planned configuration is the one that an earlier attempt made.
 */
export const createCommitProvision = ({ phala, keyRing }: CommitProvisionClients): PhalaActivities['commitProvision'] =>
  activity((input, execution) => {
    const { appId, composeHash, kms, contract, deployer, env } = input;
    return commitOnce<Applied>(input, execution, {
      find: () => findNamed(phala, input, execution.signal),
      async send() {
        const encryptedEnv = await encryptEnv({ phala, keyRing }, input, execution);
        const vm = await createCvm(phala, {
          appId,
          composeHash,
          encryptedEnv,
          envKeys: env?.names ?? null,
          onChain: contract && {
            kms: kms.slug ?? kms.id,
            contract: contract.address,
            deployer: deployer ?? contract.address,
          },
        });
        return { correlationId: null, created: createdCvm(vm) };
      },
      traces: ['CvmNameTaken', 'AppIdTaken'],
    });
  });

/** Opens the variables, and encrypts them to the app's key, which is known only now where the KMS is on chain. */
async function encryptEnv(
  { phala, keyRing }: CommitProvisionClients,
  { env, appId, kms, envEncryptionKey }: CommitProvisionInput,
  { change, signal }: Execution,
): Promise<string | null> {
  if (env === null) return null;
  const key = envEncryptionKey ?? (await getEnvKey(phala, kms.slug ?? kms.id, appId, signal));
  const variables = await keyRing.open(env.sealed, change);
  return encryptEnvVars(
    Object.entries(variables).map(([name, value]) => ({ key: name, value })),
    key,
  );
}
