import { createDecipheriv, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { bare } from './hex.js';

const PUBLIC_KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

const environmentSchema = z.object({ env: z.array(z.object({ key: z.string(), value: z.string() })) });

/** An `encrypted_env` that the app's key does not open, or whose plaintext is not what the dstack SDK writes. */
export class EnvironmentUnreadable extends Error {
  override readonly name = 'EnvironmentUnreadable';
}

/**
 * Opens an `encrypted_env`: hex of ephemeral X25519 public key (32) ‖ IV (12) ‖ ciphertext and tag (16); the shared
 * secret is the AES-256-GCM key as it is, without key derivation or additional data; the plaintext is
 * {"env":[{"key","value"},…]} [facts §5].
 */
export function decryptEnvironment(encryptedEnv: string, appKey: KeyObject): Map<string, string> {
  try {
    const { env } = environmentSchema.parse(JSON.parse(open(encryptedEnv, appKey)));
    return new Map(env.map(({ key, value }) => [key, value]));
  } catch (cause) {
    // The cause stays inside the error: its text may quote the plaintext.
    throw new EnvironmentUnreadable('encrypted_env does not decrypt with the key of this app', { cause });
  }
}

/**
 * What the VM passes on to the containers: only names listed in allowed_envs. [DOC-replicas asks that env names be listed
 * there; that others are skipped rather than refused is chosen.]
 */
export function allowedEnvironment(
  environment: ReadonlyMap<string, string>,
  allowedEnvs: readonly string[],
): Map<string, string> {
  return new Map([...environment].filter(([name]) => allowedEnvs.includes(name)));
}

function open(encryptedEnv: string, appKey: KeyObject): string {
  const bytes = Buffer.from(bare(encryptedEnv), 'hex');
  if (bytes.length < PUBLIC_KEY_BYTES + IV_BYTES + TAG_BYTES) {
    throw new EnvironmentUnreadable('too short');
  }
  const ephemeral = createPublicKey({
    key: { kty: 'OKP', crv: 'X25519', x: bytes.subarray(0, PUBLIC_KEY_BYTES).toString('base64url') },
    format: 'jwk',
  });
  const secret = diffieHellman({ privateKey: appKey, publicKey: ephemeral });
  const decipher = createDecipheriv(
    'aes-256-gcm',
    secret,
    bytes.subarray(PUBLIC_KEY_BYTES, PUBLIC_KEY_BYTES + IV_BYTES),
  );
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([
    decipher.update(bytes.subarray(PUBLIC_KEY_BYTES + IV_BYTES, -TAG_BYTES)),
    decipher.final(),
  ]).toString('utf8');
}
