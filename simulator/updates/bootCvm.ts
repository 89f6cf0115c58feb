import { readOnChainStatus } from '../rules/dstackApp.js';
import { allowedEnvironment, decryptEnvironment, EnvironmentUnreadable } from '../rules/environment.js';
import type { Cloud } from '../state/cloud.js';
import type { Booted, Cvm } from '../state/cvm.js';

/** How a boot went. */
export type Boot = { readonly booted: Booted } | { readonly error: string };

/**
 * Plays VM and KMS at boot: the KMS gives out the app's keys only if the contract allows hash and device, in the order and
 * words of DstackApp.isAppAllowed ("Compose hash not allowed", "Device not allowed") [on-chain facts §2.4]; the VM then
 * decrypts its environment with them. Never throws.
 *
 * The text in front is that of a real failure ("Failed to request app keys: …") [DOC-webhooks]; the one for an unreadable
 * environment is chosen, and so is that a boot fails while the chain does not answer.
 */
export async function bootCvm(cloud: Cloud, cvm: Cvm): Promise<Boot> {
  const { appCompose, composeHash, encryptedEnv } = cvm.configuration;
  try {
    const refusal = await kmsRefusal(cloud, cvm);
    if (refusal !== undefined) {
      return { error: `Failed to request app keys: ${refusal}` };
    }
    const environment =
      encryptedEnv === undefined
        ? new Map<string, string>()
        : decryptEnvironment(encryptedEnv, cvm.kms.keys.environmentKey(cvm.appId));
    return { booted: { composeHash, environment: allowedEnvironment(environment, appCompose.allowed_envs) } };
  } catch (error) {
    return error instanceof EnvironmentUnreadable
      ? { error: `Failed to decrypt the environment: ${error.message}` }
      : { error: 'Failed to request app keys: the KMS cannot read the chain' };
  }
}

async function kmsRefusal(cloud: Cloud, cvm: Cvm): Promise<string | undefined> {
  if (cvm.onChain === undefined) {
    return undefined;
  }
  const { chainId, appContract } = cvm.onChain;
  const status = await cloud.chains.read(chainId, (client) =>
    readOnChainStatus(client, appContract, cvm.configuration.composeHash, cvm.deviceId),
  );
  if (!status.composeHashAllowed) {
    return 'Compose hash not allowed';
  }
  return status.deviceAllowed ? undefined : 'Device not allowed';
}
