import { hashMessage, type Hex, recoverAddress, size, slice, toHex } from 'viem';
import { type Address, addressSchema, type Hex as ModelHex } from '../../model/hex.js';

/** A signature made with a key, in the form that a Safe takes. */
export interface KeySignature {
  readonly owner: Address;
  /** 65 bytes; v is 27 or 28 over the hash itself, 31 or 32 over it as a message (`eth_sign`). */
  readonly signature: ModelHex;
}

/** Bytes of r, s and v. */
const length = 65;

/**
 * Who may have made a signature over a hash: whoever fits the form that its last byte names. Some devices write v as 0 or
 * 1, and wallets that sign the hash as a message do not say so in v: both readings are given, the plain one first.
 *
 * @returns empty where it is no signature of a key
 */
export async function possibleSigners(hash: Hex, signature: ModelHex): Promise<readonly KeySignature[]> {
  if (size(signature) !== length) return [];
  const last = Number(slice(signature, length - 1));
  const asMessage = hashMessage({ raw: hash });
  if (last === 31 || last === 32) return recovered([[asMessage, signature, last, last - 4]]);
  const v = last < 2 ? last + 27 : last;
  return recovered([
    [hash, signature, v, v],
    [asMessage, signature, v + 4, v],
  ]);
}

type Reading = readonly [hash: Hex, signature: ModelHex, vForSafe: number, v: number];

async function recovered(readings: readonly Reading[]): Promise<readonly KeySignature[]> {
  const found = await Promise.all(
    readings.map(async ([hash, signature, vForSafe, v]) => {
      const withV = (byte: number): Hex => `${slice(signature, 0, length - 1)}${toHex(byte, { size: 1 }).slice(2)}`;
      const signer = await recoverAddress({ hash, signature: withV(v) }).catch(() => null);
      return signer === null ? [] : [{ owner: addressSchema.parse(signer), signature: withV(vForSafe) }];
    }),
  );
  return found.flat();
}
