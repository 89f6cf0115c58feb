import { log } from '@temporalio/activity';
import { checkSignature } from '../../chain/safe/checkSignature.js';
import { contractSignature } from '../../chain/safe/contractSignature.js';
import { Failure } from '../../model/failure.js';
import type { Hex } from '../../model/hex.js';
import type { SafeSignature } from '../../model/safe.js';
import type { QueuedTransaction } from '../../safeService/queuedTransaction.js';
import type { Sought } from './sought.js';

type Confirmation = QueuedTransaction['confirmations'][number];

/**
 * Takes the signatures of owners that stand in the queue and are new here. The Safe itself checks each, as it checks those
 * that people deliver; what it does not accept counts for nothing. One of each owner, so that nobody fills the list.
 *
 * @returns all that are known now
 */
export async function takeConfirmations(
  sought: Sought,
  confirmations: readonly Confirmation[],
): Promise<readonly SafeSignature[]> {
  const { signatures, owners } = sought.safe;
  const found: SafeSignature[] = [];
  for (const owner of owners.filter((one) => !signatures.some((known) => known.owner === one))) {
    const confirmation = confirmations.find((one) => one.owner === owner);
    const signature = confirmation && bytesOf(confirmation);
    const accepted = signature ? await accept(sought, confirmation, signature) : null;
    if (accepted) found.push(accepted);
  }
  return found.length === 0 ? signatures : [...signatures, ...found];
}

/** What the owner gave; null where it is no signature: an approval is seen on chain. */
function bytesOf({ signature, signatureType }: Confirmation): Hex | null {
  if (signatureType === 'APPROVED_HASH') return null;
  return signatureType === 'CONTRACT_SIGNATURE' ? contractSignature(signature) : signature;
}

async function accept(
  { chain, safe, transaction }: Sought,
  { owner }: Confirmation,
  signature: Hex,
): Promise<SafeSignature | null> {
  try {
    const given = await checkSignature(chain, { safe: safe.address, transaction, signature, owner });
    return { owner: given.owner, kind: given.kind, signature: given.signature, by: null, at: new Date().toISOString() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    log.warn("a confirmation in Safe's queue does not count", { safe: safe.address, owner, failure: error.type });
    return null;
  }
}
