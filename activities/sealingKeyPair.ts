import { createECDH, hkdfSync } from 'node:crypto';
import type { SealingKey } from '../model/sealedEnv.js';

/** A private key of P-256, as a JWK. */
export interface SealingPrivateKey extends SealingKey {
  readonly d: string;
}

/**
 * The key pair that callers seal environment variables to, made from a key of the ring: every worker with that key has
 * the same pair, and nothing more has to be configured or kept.
 */
export function sealingKeyPair({
  id,
  secret,
}: {
  readonly id: string;
  readonly secret: Uint8Array;
}): SealingPrivateKey {
  const pair = createECDH('prime256v1');
  // 32 bytes are a private key of P-256 but for one chance in 2³²; then setPrivateKey throws at start.
  pair.setPrivateKey(Buffer.from(hkdfSync('sha256', secret, '', 'countersign: sealed for workers', 32)));
  const point = pair.getPublicKey();
  const text = (bytes: Buffer): string => bytes.toString('base64url');
  return {
    kty: 'EC',
    crv: 'P-256',
    x: text(point.subarray(1, 33)),
    y: text(point.subarray(33)),
    kid: id,
    d: text(padded(pair.getPrivateKey())),
  };
}

/** Leading zeros are left out by OpenSSL, and belong into a JWK. */
const padded = (bytes: Buffer): Buffer => Buffer.concat([Buffer.alloc(32 - bytes.length), bytes]);
