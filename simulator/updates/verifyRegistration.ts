import { type Hex, isHash, type TransactionReceipt, TransactionReceiptNotFoundError } from 'viem';
import { hashNotAllowed, hashRegistrationRequired, transactionUnverified } from '../answers/errors.js';
import { registrationDetails } from '../answers/registrationDetails.js';
import { readOnChainStatus, showsComposeHashAdded } from '../rules/dstackApp.js';
import { prefixed } from '../rules/hex.js';
import type { Call } from '../server/endpoint.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm } from '../state/cvm.js';
import type { Preparation } from '../state/preparations.js';

/** In place of a transaction hash: check the state only [OpenAPI CommitUpdateRequest.transaction_hash]. */
const ALREADY_REGISTERED = 'already-registered';

/**
 * Steps 3 and 4 of the server's checks at commit, in the documented order [DOC-multisig "When the backend receives the
 * commit request"]: first allowedComposeHashes, then, if a real transaction hash was given, its receipt, which must be
 * there, be successful, and hold ComposeHashAdded(hash) by this very contract. 468 or 465, then 467.
 *
 * Chosen: 468 for a hash that is not allowed (DOC-errors and DOC-update; DOC-multisig says 465: a quirk), and that the
 * header route takes "already-registered" or nothing as the token route does.
 */
export async function verifyRegistration(
  call: Call,
  cloud: Cloud,
  cvm: Cvm,
  preparation: Preparation,
  transactionHash: string,
): Promise<void> {
  if (cvm.onChain === undefined) {
    return;
  }
  const { chainId, appContract } = cvm.onChain;
  const { composeHash } = preparation;
  const status = await cloud.chains.read(chainId, (client) =>
    readOnChainStatus(client, appContract, composeHash, cvm.deviceId),
  );
  if (!status.composeHashAllowed) {
    throw call.quirks(cvm).unregisteredAtCommit === 465
      ? hashRegistrationRequired(registrationDetails(call, cvm, preparation, status))
      : hashNotAllowed(composeHash);
  }
  await verifyTransaction(cloud, cvm.onChain, composeHash, transactionHash);
}

/** Step 4 by itself; nothing to do where no real transaction hash was given. */
export async function verifyTransaction(
  cloud: Cloud,
  { chainId, appContract }: NonNullable<Cvm['onChain']>,
  composeHash: Hex,
  transactionHash: string,
): Promise<void> {
  if (transactionHash === '' || transactionHash === ALREADY_REGISTERED) {
    return;
  }
  const receipt = await findReceipt(cloud, chainId, transactionHash);
  if (receipt?.status !== 'success' || !showsComposeHashAdded(receipt.logs, appContract, composeHash)) {
    throw transactionUnverified(transactionHash);
  }
}

/** Looks a few times, because the server's node may lag behind the sender's [DOC-update]. */
async function findReceipt(cloud: Cloud, chainId: number, given: string): Promise<TransactionReceipt | undefined> {
  const hash = prefixed(given);
  if (!isHash(hash)) {
    return undefined;
  }
  return await cloud.chains.look(chainId, async (client) => {
    try {
      return await client.getTransactionReceipt({ hash });
    } catch (error) {
      if (error instanceof TransactionReceiptNotFoundError) {
        return undefined;
      }
      throw error;
    }
  });
}
