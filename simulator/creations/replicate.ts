import { hashRegistrationRequired, operationInProgress } from '../answers/errors.js';
import { registrationDetails } from '../answers/registrationDetails.js';
import { vm } from '../answers/vm.js';
import { type OnChainStatus, readOnChainStatus } from '../rules/dstackApp.js';
import type { ReplicateRequest } from '../rules/replicateRequest.js';
import type { Answer, Call } from '../server/endpoint.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm, CvmParts } from '../state/cvm.js';
import { createInstance } from './createInstance.js';
import { plannedReplica } from './plannedReplica.js';
import { prepareReplica } from './prepareReplica.js';
import { assertEncryptedEnv } from './provisionedApp.js';

/**
 * Both replica endpoints, once the source is found [seeds 002, 003; DOC-replicas]. Without a node the source's own is taken
 * ("uses source node if target not specified" [OpenAPI]; DOC-replicas lets the backend pick).
 *
 * With a KMS on chain it is a 465 with a token where the hash or the target's device is not allowed, or where X-Prepare-Only
 * asks for it; else, and without such a KMS whatever the header says, the replica is made at once [facts §3].
 */
export async function replicate(call: Call, cloud: Cloud, source: Cvm, request: ReplicateRequest): Promise<Answer> {
  assertEncryptedEnv(request.encrypted_env);
  const nodeId = request.node_id ?? request.teepod_id ?? source.node.id;
  const difference = { encrypted_env: request.encrypted_env };
  const planned = plannedReplica(cloud, source, nodeId, difference);
  const status = await onChainStatus(cloud, planned);
  if (status !== undefined) {
    const prepareOnly = call.headers['x-prepare-only']?.toLowerCase() === 'true';
    if (prepareOnly || !(status.composeHashAllowed && status.deviceAllowed)) {
      const preparation = prepareReplica(call, cloud, source, { planned, difference, prepareOnly });
      throw hashRegistrationRequired(registrationDetails(call, source, { ...preparation, what: 'replica' }, status));
    }
  }
  // The chain was asked in between: another request may have taken name or room, or have changed the source.
  const parts = plannedReplica(cloud, source, nodeId, difference);
  if (parts.configuration.composeHash !== planned.configuration.composeHash) {
    throw operationInProgress();
  }
  const replica = createInstance(call, cloud, parts, {
    kind: 'replica',
    sourceVmUuid: source.vmUuid,
    via: 'direct',
    transactionHash: undefined,
  });
  return { status: 200, body: vm(replica, call) };
}

/** What the app contract says of a planned CVM; undefined without a KMS on chain. */
export async function onChainStatus(cloud: Cloud, planned: CvmParts): Promise<OnChainStatus | undefined> {
  const { onChain, configuration, deviceId } = planned;
  return onChain === undefined
    ? undefined
    : await cloud.chains.read(onChain.chainId, (client) =>
        readOnChainStatus(client, onChain.appContract, configuration.composeHash, deviceId),
      );
}
