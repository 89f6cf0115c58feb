import { encryptEnvVars } from '@phala/dstack-sdk/encrypt-env-vars';

/**
 * Encrypts environment variables to the key of an app, so that only its VMs can read them: X25519 and AES-256-GCM as in
 * phala-cloud-api.md §5.
 *
 * @param publicKey 32 bytes as hex, with or without 0x (`envEncryptionKey` of a CVM's description)
 * @returns the ciphertext as hex without 0x: the `encryptedEnv` of an update
 */
export const encryptEnv = (variables: Readonly<Record<string, string>>, publicKey: string): Promise<string> =>
  encryptEnvVars(
    Object.entries(variables).map(([key, value]) => ({ key, value })),
    publicKey,
  );
