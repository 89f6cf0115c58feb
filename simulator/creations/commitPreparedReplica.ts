import { hashInvalidOrExpired, hashNotAllowed, hashRegistrationRequired } from '../answers/errors.js';
import { registrationDetails } from '../answers/registrationDetails.js';
import type { Call } from '../server/endpoint.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm, CvmParts } from '../state/cvm.js';
import type { ReplicaPreparation } from '../state/replicaPreparations.js';
import { verifyTransaction } from '../updates/verifyRegistration.js';
import { createInstance } from './createInstance.js';
import { plannedReplica } from './plannedReplica.js';
import { onChainStatus } from './replicate.js';

/**
 * Phase 2 of a replica, in the order of an update's [DOC-multisig]: 466 if the source's document is no longer the prepared
 * one, what the contract allows, the transaction if a real one was given, and then, in one go, use the token up and make the
 * CVM. The transaction must show addComposeHash: one that only added the device is a 467 [facts §3].
 *
 * Chosen: a device that is not allowed is a 465 ("hash or device" [DOC-replicas, ERR-01-005]); a commit that fails uses
 * nothing up; node, image and room are looked at again, with the errors that they have at prepare; an operation that runs on
 * the source is no hindrance.
 */
export async function commitPreparedReplica(
  call: Call,
  cloud: Cloud,
  source: Cvm,
  preparation: ReplicaPreparation,
  transactionHash: string,
): Promise<Cvm> {
  const planned = preparedReplica(cloud, source, preparation);
  await verifyAllowed(call, cloud, source, preparation, planned);
  if (planned.onChain !== undefined) {
    await verifyTransaction(cloud, planned.onChain, preparation.composeHash, transactionHash);
  }
  // Another request may have got here while the chain was asked: everything that can have changed is looked at again.
  if (!cloud.replicaPreparations.isOpen(preparation)) {
    throw hashInvalidOrExpired();
  }
  const parts = preparedReplica(cloud, source, preparation);
  cloud.replicaPreparations.use(preparation, cloud.clock.now());
  return createInstance(call, cloud, parts, {
    kind: 'replica',
    sourceVmUuid: source.vmUuid,
    via: 'token',
    transactionHash: transactionHash === '' ? undefined : transactionHash,
  });
}

function preparedReplica(cloud: Cloud, source: Cvm, { nodeId, difference, composeHash }: ReplicaPreparation): CvmParts {
  const planned = plannedReplica(cloud, source, nodeId, difference);
  if (planned.configuration.composeHash !== composeHash) {
    throw hashInvalidOrExpired();
  }
  return planned;
}

async function verifyAllowed(
  call: Call,
  cloud: Cloud,
  source: Cvm,
  preparation: ReplicaPreparation,
  planned: CvmParts,
): Promise<void> {
  const status = await onChainStatus(cloud, planned);
  if (status === undefined) {
    return;
  }
  if (!status.composeHashAllowed && call.quirks(source).unregisteredAtCommit !== 465) {
    throw hashNotAllowed(preparation.composeHash);
  }
  if (!status.composeHashAllowed || !status.deviceAllowed) {
    throw hashRegistrationRequired(registrationDetails(call, source, { ...preparation, what: 'replica' }, status));
  }
}
