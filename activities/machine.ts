import type { Machine } from '../model/descriptions.js';
import type { Cvm } from '../phala/getCvm.js';

/** What a CVM has of its node. The API gives memory in GB, and takes it in MB (phala-cloud-api.md §2). */
export const machineOf = ({ resource, os }: Cvm): Machine => ({
  vcpu: resource?.vcpu ?? null,
  memoryMb: resource?.memory_in_gb == null ? null : resource.memory_in_gb * 1024,
  diskGb: resource?.disk_in_gb ?? null,
  image: os?.name ?? null,
});
