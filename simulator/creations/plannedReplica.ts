import { kmsNotFound, nodeNotFound, replicaImageNotAvailable } from '../answers/creationErrors.js';
import type { UpdateCvmRequest } from '../rules/updateCvmRequest.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm, CvmParts } from '../state/cvm.js';
import { plannedChange } from '../updates/plannedChange.js';
import { replicaName } from './cvmName.js';
import { serves } from './place.js';
import { assertRoom } from './room.js';

/** How a replica differs from its source; what is absent is as there. */
export type Difference = Partial<UpdateCvmRequest>;

/**
 * The CVM that a replica of a source would be: the source's app, document, size and, unless another one is given,
 * environment, on a node that has its image (ERR-03-006), its KMS and room for it [DOC-replicas "Mental Model",
 * "Prerequisites"]. It answers as its source does (chosen).
 */
export function plannedReplica(cloud: Cloud, source: Cvm, nodeId: number, difference: Difference): CvmParts {
  const node = cloud.nodes.find(nodeId);
  if (node === undefined) {
    throw nodeNotFound(404);
  }
  const { configuration } = plannedChange(source.configuration, { allow_force_stop: false, ...difference }, {});
  if (!node.images.some(({ name }) => name === configuration.image)) {
    throw replicaImageNotAvailable();
  }
  if (!serves(node, source.kms)) {
    throw kmsNotFound();
  }
  assertRoom(cloud, node, configuration);
  return {
    name: replicaName(cloud, source.name),
    appId: source.appId,
    kms: source.kms,
    onChain: source.onChain,
    node,
    deviceId: node.id === source.node.id ? source.deviceId : node.deviceId,
    configuration,
    quirks: source.quirks,
  };
}
