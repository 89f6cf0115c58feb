import { sha256Hex } from '../rules/composeHash.js';
import type { Kms } from '../state/kms.js';
import type { Node, Resources } from '../state/nodes.js';
import type { Quirks } from '../state/quirks.js';
import { written } from './hexForm.js';

/**
 * A node with what it has left: OpenAPI TeepodCapacity of the preflight. Its kms_list holds slugs, by which the SDK's users
 * find the KMS in the list beside. Chosen: the score is the share of slots that are free, and fmspc is made up.
 */
export function availableNode(node: Node, free: Resources, allKms: readonly Kms[], quirks: Quirks) {
  const served = allKms.filter(({ slug }) => node.kms === undefined || node.kms.includes(slug));
  return {
    teepod_id: node.id,
    name: node.name,
    listed: true,
    resource_score: node.capacity.slots === 0 ? 0 : free.slots / node.capacity.slots,
    remaining_vcpu: free.vcpu,
    remaining_memory: free.memoryInMb,
    remaining_cvm_slots: free.slots,
    remaining_disk: free.diskInGb,
    images: node.images.map(({ name, isDev, version, hash }) => ({
      name,
      slug: name,
      is_dev: isDev,
      version,
      os_image_hash: written(hash, 'bare', quirks),
      requires_gpu: false,
    })),
    dedicated_for_team_id: null,
    support_onchain_kms: served.some(({ onChain }) => onChain !== undefined),
    fmspc: sha256Hex(`FMSPC of ${node.name}`).slice(0, 12),
    device_id: written(node.deviceId, 'bare', quirks),
    region_identifier: node.region,
    default_kms: served[0]?.slug ?? null,
    kms_list: served.map(({ slug }) => slug),
  };
}
