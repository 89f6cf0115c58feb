import { kmsNotFound } from '../answers/creationErrors.js';
import { isHexOf, prefixed } from '../rules/hex.js';
import type { ProvisionRequest } from '../rules/provisionRequest.js';
import type { Kms, KmsInstances } from '../state/kms.js';

/**
 * The KMS that a new CVM asks for: by id or slug, by contract, or by type, which is PHALA where nothing is said [OpenAPI
 * ProvisionDstackAppRequestV2.kms]; ERR-02-011 where there is none. Chosen: they count in this order, and of several of one
 * type the first known is taken.
 */
export function requestedKms(instances: KmsInstances, request: ProvisionRequest): Kms {
  const kms =
    byIdOrContract(instances, request) ?? instances.all().find(({ type }) => type === (request.kms ?? 'phala'));
  if (kms === undefined) {
    throw kmsNotFound();
  }
  return kms;
}

function byIdOrContract(instances: KmsInstances, { kms_id: id, kms_contract: contract }: ProvisionRequest) {
  if (typeof id === 'string') {
    return instances.find(id) ?? none();
  }
  if (typeof contract === 'string') {
    const address = isHexOf(20, contract) ? prefixed(contract) : undefined;
    return instances.all().find(({ onChain }) => onChain?.contract === address && address !== undefined) ?? none();
  }
  return undefined;
}

function none(): never {
  throw kmsNotFound();
}
