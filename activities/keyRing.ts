import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';
import type { Sealed } from '../model/commitToken.js';
import { Failure } from '../model/failure.js';

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
}

const prefix = 'sealed:';

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
      const jwe = sealed.slice(prefix.length);
      const { kid } = decodeProtectedHeader(jwe);
      const key = keys.find(({ id }) => id === kid);
      if (!key) {
        throw new Failure(
          'SealKeyUnknown',
          `A value was sealed with the key "${kid}", which this worker does not have.`,
        );
      }
      const { plaintext, protectedHeader } = await compactDecrypt(jwe, key.secret).catch(() => {
        throw new Failure(
          'SealKeyUnknown',
          `A value sealed with the key "${kid}" does not open with the key of that id.`,
        );
      });
      if (protectedHeader['context'] !== context) {
        throw new Failure('SealKeyUnknown', 'A sealed value of another change was put here; it is not used.');
      }
      return new TextDecoder().decode(plaintext);
    },
  };
}
