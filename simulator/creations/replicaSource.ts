import type { Hex } from 'viem';
import { replicaComposeHashRequired, replicaSourceNotAccessible } from '../answers/creationErrors.js';
import { badRequest } from '../answers/errors.js';
import { bare } from '../rules/hex.js';
import { addressedCvm } from '../server/addressedCvm.js';
import type { Call } from '../server/endpoint.js';
import type { Cloud } from '../state/cloud.js';
import type { Cvm } from '../state/cvm.js';

/**
 * The CVM that POST /cvms/{cvm_id}/replicas copies. An app id that fits several CVMs is good enough here, as long as the
 * compose hash tells which is meant [DOC-replicas "Multi-instance apps"].
 */
export function addressedSource(call: Call, cloud: Cloud, composeHash: Hex | undefined): Cvm {
  const resolution = cloud.cvms.resolve(call.params['cvmId'] ?? '');
  const [first] = resolution.kind === 'several' ? cloud.cvms.ofApp(call.params['cvmId'] ?? '') : [];
  return sourceAmong(cloud, first ?? addressedCvm(call, cloud), composeHash);
}

/**
 * The CVM that POST /apps/{app_id}/cvms/{vm_uuid}/replicas copies: by its uuid only [seed 003 "Source CVM UUID"]; 404
 * ERR-03-008 if there is none, 400 "App ID mismatch" [OpenAPI] if it is of another app.
 */
export function addressedSourceOfApp(call: Call, cloud: Cloud, composeHash: Hex | undefined): Cvm {
  const uuid = bare(call.params['cvmId'] ?? '').replaceAll('-', '');
  const cvm = cloud.cvms.all().find(({ vmUuid }) => vmUuid.replaceAll('-', '') === uuid);
  if (cvm === undefined) {
    throw replicaSourceNotAccessible();
  }
  if (!cloud.cvms.ofApp(call.params['appId'] ?? '').includes(cvm)) {
    throw badRequest('App ID mismatch');
  }
  return sourceAmong(cloud, cvm, composeHash);
}

/**
 * "Explicit compose hash to replicate. Required when the source app has multiple live instances" [OpenAPI ReplicateRequest,
 * ERR-03-009], however the source is addressed: DOC-replicas has the uuid do as well, but a client that counts on it fails
 * on the stricter server, so that one is chosen. Live is every CVM that is not deleted (chosen). A hash that no instance of
 * the app has saved is ERR-03-008 (chosen).
 */
function sourceAmong(cloud: Cloud, addressed: Cvm, composeHash: Hex | undefined): Cvm {
  const instances = cloud.cvms.ofApp(addressed.appId);
  if (composeHash === undefined) {
    if (instances.length > 1) {
      throw replicaComposeHashRequired();
    }
    return addressed;
  }
  const source = [addressed, ...instances].find((cvm) => cvm.configuration.composeHash === composeHash);
  if (source === undefined) {
    throw replicaSourceNotAccessible();
  }
  return source;
}
