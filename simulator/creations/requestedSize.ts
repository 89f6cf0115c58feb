import { instanceTypeNotFound } from '../answers/creationErrors.js';
import { DEFAULT_INSTANCE_TYPE, instanceType } from '../rules/instanceTypes.js';
import type { ProvisionRequest } from '../rules/provisionRequest.js';
import type { Resources } from '../state/nodes.js';

/** Chosen; "Disk size (GB)" [DOC-js/provision-cvm] has no default. */
const DEFAULT_DISK = 40;

/**
 * The size of a new CVM: that of its instance type, tdx.small where nothing is said. Chosen: vcpu and memory, where given,
 * go before the type's.
 */
export function requestedSize(request: ProvisionRequest): Omit<Resources, 'slots'> {
  const type = instanceType(request.instance_type ?? DEFAULT_INSTANCE_TYPE);
  if (type === undefined) {
    throw instanceTypeNotFound();
  }
  return {
    vcpu: request.vcpu ?? type.vcpu,
    memoryInMb: request.memory ?? type.memoryInMb,
    diskInGb: request.disk_size ?? DEFAULT_DISK,
  };
}
