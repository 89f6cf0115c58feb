import { log } from '@temporalio/activity';
import { encodeSignatures } from '../../chain/safe/encodeSignatures.js';
import { Failure } from '../../model/failure.js';
import { confirmTransaction } from '../../safeService/confirmTransaction.js';
import type { QueuedTransaction } from '../../safeService/queuedTransaction.js';
import type { Sought } from './sought.js';

/**
 * Brings the signatures that were collected here to the queue, so that it shows the same. What the service does not take
 * counts here as before; an approval on chain it sees by itself.
 */
export async function deliverSignatures(
  { service, safe, hash, signal }: Sought,
  confirmations: QueuedTransaction['confirmations'],
): Promise<void> {
  for (const given of safe.signatures) {
    const isThere = confirmations.some(({ owner }) => owner === given.owner);
    if (isThere || given.kind === 'approval') continue;
    try {
      await confirmTransaction(service, { hash, signature: encodeSignatures([given]), signal });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { type: failure, message } = error;
      log.warn("Safe's queue did not take a signature", { safe: safe.address, owner: given.owner, failure, message });
      // It answers nobody now; what it refuses may be of this one only.
      if (error.class === 'transient') return;
    }
  }
}
