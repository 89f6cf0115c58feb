import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, type JWK } from 'jose';
import type { CommitToken, Sealed } from '../model/commitToken.js';
import { Failure } from '../model/failure.js';
import type { SealedForWorkers, SealingKey } from '../model/sealedEnv.js';
import type { SealedToken } from '../model/sealedToken.js';
import { readVariables } from './readVariables.js';
import { sealingKeyPair } from './sealingKeyPair.js';

/** A key that values are sealed with. */
export interface SealKey {
  /** Names the key inside what it sealed, so that it is found again after a rotation. */
  readonly id: string;
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/**
 * Seals secrets on their way through histories. The first key seals; all of them unseal, so a key is rotated by
 * putting a new one in front and dropping the old one when no change needs it any more.
 */
export interface KeyRing {
  /** @param context what the value belongs to, such as a workflow id: it unseals nowhere else */
  seal(value: string, context: string): Promise<Sealed>;
  /** @throws Failure SealKeyUnknown */
  unseal(sealed: Sealed, context: string): Promise<string>;
  /** The public key that callers seal environment variables to. */
  sealingKey(): SealingKey;
  /**
   * Opens environment variables that a caller sealed, by name.
   *
   * @throws Failure SealKeyUnknown; RequestRefused where they were sealed for another change or are no variables
   */
  open(sealed: SealedForWorkers, context: string): Promise<Readonly<Record<string, string>>>;
  /**
   * Opens a commit token that a caller sealed.
   *
   * @throws Failure SealKeyUnknown; RequestRefused where it was sealed for another change
   */
  openToken(sealed: SealedToken, context: string): Promise<CommitToken>;
}

const prefix = 'sealed:';
const envPrefix = 'env:';
const tokenPrefix = 'token:';

export function createKeyRing(keys: readonly [SealKey, ...SealKey[]]): KeyRing {
  const [current] = keys;
  return {
    async seal(value, context) {
      const jwe = await new CompactEncrypt(new TextEncoder().encode(value))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: current.id, context })
        .encrypt(current.secret);
      return `${prefix}${jwe}`;
    },

    async unseal(sealed, context) {
      const opened = await decrypt(keys, sealed.slice(prefix.length), ({ secret }) => secret);
      if (opened.context === context) return opened.text;
      throw new Failure('SealKeyUnknown', 'A sealed value of another change was put here; it is not used.');
    },

    sealingKey() {
      const { d: _, ...publicKey } = sealingKeyPair(current);
      return publicKey;
    },

    async open(sealed, context) {
      const opened = await decrypt(keys, sealed.slice(envPrefix.length), (key) => ({ ...sealingKeyPair(key) }));
      if (opened.context === context) return readVariables(opened.text);
      throw new Failure('RequestRefused', 'The environment variables were sealed for another change.');
    },

    async openToken(sealed, context) {
      const opened = await decrypt(keys, sealed.slice(tokenPrefix.length), (key) => ({ ...sealingKeyPair(key) }));
      // Opaque like the API's own answers; the brand keeps it from being taken for an ordinary string.
      if (opened.context === context) return opened.text as CommitToken;
      throw new Failure('RequestRefused', 'The commit token was sealed for another change.');
    },
  };
}

async function decrypt(
  keys: readonly SealKey[],
  jwe: string,
  secretOf: (key: SealKey) => Uint8Array | JWK,
): Promise<{ readonly text: string; readonly context: unknown }> {
  const kid = keyIdOf(jwe);
  const key = keys.find(({ id }) => id === kid);
  if (!key) {
    throw new Failure('SealKeyUnknown', `A value was sealed with the key "${kid}", which this worker does not have.`);
  }
  try {
    const { plaintext, protectedHeader } = await compactDecrypt(jwe, secretOf(key));
    return { text: new TextDecoder().decode(plaintext), context: protectedHeader['context'] };
  } catch {
    throw new Failure('SealKeyUnknown', `A value sealed with the key "${kid}" does not open with the key of that id.`);
  }
}

/** Undefined where it is no JWE at all. */
function keyIdOf(jwe: string): string | undefined {
  try {
    return decodeProtectedHeader(jwe).kid;
  } catch {
    return undefined;
  }
}
