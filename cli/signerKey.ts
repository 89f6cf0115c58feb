import type { Hex } from '../model/hex.js';
import { UsageError } from './usageError.js';

/** The private key of whoever signs or pays: from the environment only, for options show in process lists. */
export function signerKey(purpose: string): Hex {
  const key = process.env['COUNTERSIGN_SIGNER_KEY'];
  if (!key) throw new UsageError(`COUNTERSIGN_SIGNER_KEY: is required ${purpose}`);
  if (!/^0x[0-9a-fA-F]{64}$/.test(key)) throw new UsageError('COUNTERSIGN_SIGNER_KEY: must be 0x and 64 hex digits');
  // The pattern has just checked the prefix.
  return key as Hex;
}
