import { createHmac, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { concat, type Hex, keccak256, stringToBytes } from 'viem';
import { privateKeyToAccount, sign } from 'viem/accounts';
import { bare, prefixed } from './hex.js';

/** What PKCS#8 puts in front of a raw X25519 private key (RFC 8410). */
const X25519_PKCS8_HEADER = Buffer.from('302e020100300506032b656e04220420', 'hex');

/**
 * The keys of one simulated KMS, all derived from its slug: the same slug gives the same keys in every run, so a blob
 * encrypted for an app can still be read after the simulator was started anew. They protect nothing.
 */
export class KmsKeys {
  readonly #slug: string;

  constructor(slug: string) {
    this.#slug = slug;
  }

  /** The app's X25519 key that environment values are encrypted to. */
  environmentKey(appId: Hex): KeyObject {
    return createPrivateKey({
      key: Buffer.concat([X25519_PKCS8_HEADER, this.#derive(`environment:${appId}`)]),
      format: 'der',
      type: 'pkcs8',
    });
  }

  /** Its public half: 32 bytes, hex without 0x, as encryptEnvVars of the dstack SDK takes it. */
  environmentPublicKey(appId: Hex): string {
    const { x } = createPublicKey(this.environmentKey(appId)).export({ format: 'jwk' });
    return Buffer.from(x ?? '', 'base64url').toString('hex');
  }

  /**
   * The KMS's signature over that public key: secp256k1 over keccak256("dstack-env-encrypt-pubkey" ":" app id (20 bytes)
   * public key), 65 bytes r ‖ s ‖ recovery bit, hex without 0x [facts §5]. It is the form without a
   * timestamp, because the answer of GET /kms/{id}/pubkey/{app_id} has no field that could carry one.
   */
  async environmentKeySignature(appId: Hex): Promise<string> {
    const message = concat([
      stringToBytes('dstack-env-encrypt-pubkey:'),
      Buffer.from(bare(appId), 'hex'),
      Buffer.from(this.environmentPublicKey(appId), 'hex'),
    ]);
    const { r, s, yParity } = await sign({ hash: keccak256(message), privateKey: this.#signingKey() });
    return `${bare(r)}${bare(s)}${yParity === 1 ? '01' : '00'}`;
  }

  /** The compressed secp256k1 key that recovers from that signature: 33 bytes, hex with 0x (`k256_pubkey`). */
  signingPublicKey(): Hex {
    // viem gives the uncompressed form: 04 ‖ x (32 bytes) ‖ y (32 bytes).
    const uncompressed = bare(privateKeyToAccount(this.#signingKey()).publicKey);
    const yIsOdd = Number.parseInt(uncompressed.slice(-1), 16) % 2 === 1;
    return prefixed(`${yIsOdd ? '03' : '02'}${uncompressed.slice(2, 66)}`);
  }

  #signingKey(): Hex {
    return prefixed(this.#derive('k256').toString('hex'));
  }

  #derive(purpose: string): Buffer {
    return createHmac('sha256', `countersign simulator kms ${this.#slug}`).update(purpose).digest();
  }
}
