import { replaceTransaction } from '../../chain/sending/replaceTransaction.js';
import type { Hex } from '../../model/hex.js';
import type { SendingActivities } from '../../model/sending.js';
import { activity } from '../activity.js';
import { requireSigner, type SigningClients, sealed } from './signing.js';

/** Signs another transaction for a nonce, and sends nothing. Safe to repeat, like any signature that was not sent. */
export const createSignReplacement = ({
  chains,
  signers,
  keyRing,
  fees,
}: SigningClients): SendingActivities['signReplacement'] =>
  activity(async ({ key, nonce, before, call }, { change }) => {
    const signer = await requireSigner(signers, key.address);
    const newest = before.at(-1);
    // What was sealed is the raw transaction.
    const raw = newest ? ((await keyRing.unseal(newest.transaction, change)) as Hex) : null;
    const signed = await replaceTransaction(chains.get(key.chainId), { signer, nonce, before: raw, call, fees });
    return sealed(keyRing, signed, change);
  });
