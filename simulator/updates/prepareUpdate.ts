import type { ApiError } from '../answers/apiError.js';
import { commitLinks } from '../answers/commitLinks.js';
import { hashRegistrationRequired, operationInProgress } from '../answers/errors.js';
import { registrationDetails } from '../answers/registrationDetails.js';
import { readOnChainStatus } from '../rules/dstackApp.js';
import type { UpdateCvmRequest } from '../rules/updateCvmRequest.js';
import type { Call } from '../server/endpoint.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm } from '../state/cvm.js';
import type { PlannedChange } from './plannedChange.js';
import { assertIdle } from './startOperation.js';

/**
 * Phase 1: keeps the request and gives the 465 that tells what to register [facts §2(b), §2(d)]. The CVM
 * stays as it is.
 *
 * Chosen where the facts disagree: a 465 carries a token also without X-Prepare-Only (so ERR-01-005's text; the header's
 * description in OpenAPI reads otherwise), and comes for every hash that differs from the running one, even if it is
 * allowed on chain already (DOC-multisig shows such a prepare; the CLI counts on it for its header route).
 */
export async function prepareUpdate(
  call: Call,
  cloud: Cloud,
  cvm: Cvm,
  update: UpdateCvmRequest,
  change: PlannedChange,
  prepareOnly: boolean,
): Promise<ApiError> {
  if (cvm.onChain === undefined) {
    throw new Error('Only a CVM with an on-chain KMS has hashes to register.');
  }
  const { chainId, appContract } = cvm.onChain;
  const base = cvm.configuration;
  const quirks = call.quirks(cvm);
  // The chain is asked first: were it to fail after the token was issued, the token before would be gone for nothing.
  const status = await cloud.chains.read(chainId, (client) =>
    readOnChainStatus(client, appContract, change.composeHash, cvm.deviceId),
  );
  assertIdle(cvm);
  if (cvm.configuration !== base) {
    throw operationInProgress();
  }
  const preparation = cloud.preparations.add(
    {
      vmUuid: cvm.vmUuid,
      composeHash: change.composeHash,
      update,
      serverAdded: quirks.serverAddedFields ?? {},
      prepareOnly,
      withToken: quirks.commitToken !== 'absent',
    },
    cloud.clock.now(),
  );
  if (prepareOnly) {
    const { composeHash, token, preparedAt, expiresAt } = preparation;
    // "Every time a prepare-only update is created" [DOC-multisig "Automating Approvals with Webhooks"].
    cloud.events.emit({
      name: 'cvm.update.pending_approval',
      cvm,
      at: preparedAt,
      composeHash,
      deviceId: cvm.deviceId,
      expiresAt,
      commit: token === undefined ? undefined : { token, ...commitLinks(call.origin, cvm, composeHash, token) },
    });
  }
  return hashRegistrationRequired(registrationDetails(call, cvm, preparation, status));
}
