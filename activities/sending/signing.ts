import type { Chains } from '../../chain/chains.js';
import type { FeePolicy } from '../../chain/sending/fees.js';
import type { RawTransaction } from '../../chain/sending/signCall.js';
import type { Signer, Signers } from '../../chain/sending/signer.js';
import { Failure } from '../../model/failure.js';
import type { Address } from '../../model/hex.js';
import type { SignedTransaction } from '../../model/sending.js';
import type { KeyRing } from '../keyRing.js';

export interface SigningClients {
  readonly chains: Chains;
  readonly signers: Signers;
  readonly keyRing: KeyRing;
  readonly fees: FeePolicy;
}

/** @throws Failure OwnerKeyMissing where this worker does not have the key */
export async function requireSigner(signers: Signers, address: Address): Promise<Signer> {
  const signer = await signers.find(address);
  if (signer) return signer;
  throw new Failure('OwnerKeyMissing', `This worker does not have the key ${address}.`);
}

/** A signed transaction as it is kept in a history: its bytes sealed, so that only a worker can send them. */
export async function sealed(
  keyRing: KeyRing,
  { raw, gas, maxFeePerGas, maxPriorityFeePerGas, ...more }: RawTransaction,
  context: string,
): Promise<SignedTransaction> {
  return {
    ...more,
    transaction: await keyRing.seal(raw, context),
    gas: String(gas),
    maxFeePerGas: String(maxFeePerGas),
    maxPriorityFeePerGas: String(maxPriorityFeePerGas),
  };
}
