import { CompactEncrypt } from 'jose';
import type { SealingKey } from '../model/sealedEnv.js';

/**
 * Encrypts a text to the workers' key: a compact JWE (ECDH-ES on P-256, A256GCM). Its protected header names the change,
 * and it opens in no other.
 */
export const sealForWorkers = (text: string, sealingKey: SealingKey, change: string): Promise<string> =>
  new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: sealingKey.kid, context: change })
    .encrypt({ ...sealingKey });
