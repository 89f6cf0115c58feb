import { availableNode } from '../answers/availableNode.js';
import { kmsInfo } from '../answers/kmsInfo.js';
import { freeResources } from '../creations/room.js';
import type { Endpoint } from '../server/endpoint.js';

/**
 * GET /teepods/available [SDK AvailableNodesSchema; the path is not in OpenAPI, its answer is: TierCapacity]. The limits of
 * the tier are made up and not held to.
 */
export const listAvailableNodes: Endpoint = {
  name: 'listAvailableNodes',
  method: 'GET',
  path: '/teepods/available',
  authenticated: true,
  handle(call, cloud) {
    const nodes = cloud.nodes.all();
    const images = [...new Set(nodes.flatMap((node) => node.images.map(({ name }) => name)))];
    return {
      status: 200,
      body: {
        tier: 'PRO',
        capacity: { max_instances: null, max_vcpu: null, max_memory: null, max_disk: null },
        nodes: nodes.map((node) => availableNode(node, freeResources(cloud, node), cloud.kms.all(), call.quirks())),
        kms_list: cloud.kms.all().map((kms) => ({ ...kmsInfo(kms, call.quirks()), supported_os_images: images })),
        gpu_availability: {
          has_reserved_gpus: false,
          reserved_gpu_count: 0,
          has_public_gpus: false,
          public_gpu_count: 0,
        },
      },
    };
  },
};
