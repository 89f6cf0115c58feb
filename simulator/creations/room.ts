import type { ApiError } from '../answers/apiError.js';
import { insufficient, resourceNotAvailable } from '../answers/creationErrors.js';
import type { Cloud } from '../state/cloud.js';
import type { Configuration } from '../state/cvm.js';
import type { Node, Resources } from '../state/nodes.js';

/** What a node has left: its capacity without what all its CVMs take, running or not (chosen). */
export function freeResources(cloud: Cloud, node: Node): Resources {
  const taken = cloud.cvms.all().filter((cvm) => cvm.node.id === node.id);
  const sum = (amount: (configuration: Configuration) => number) =>
    taken.reduce((total, { configuration }) => total + amount(configuration), 0);
  return {
    vcpu: node.capacity.vcpu - sum(({ vcpu }) => vcpu),
    memoryInMb: node.capacity.memoryInMb - sum(({ memoryInMb }) => memoryInMb),
    diskInGb: node.capacity.diskInGb - sum(({ diskInGb }) => diskInGb),
    slots: node.capacity.slots - taken.length,
  };
}

/**
 * ERR-02-003, -004 or -005 where a node has no room for one more CVM of that size [DOC-errors]; undefined where it has.
 * There is no code for a full disk; ERR-02-002 is chosen.
 */
export function shortage(cloud: Cloud, node: Node, needed: Omit<Resources, 'slots'>): ApiError | undefined {
  const free = freeResources(cloud, node);
  if (free.vcpu < needed.vcpu) {
    return insufficient('vcpu');
  }
  if (free.memoryInMb < needed.memoryInMb) {
    return insufficient('memory');
  }
  if (free.slots < 1) {
    return insufficient('slots');
  }
  return free.diskInGb < needed.diskInGb ? resourceNotAvailable() : undefined;
}

/** The same, thrown. */
export function assertRoom(cloud: Cloud, node: Node, needed: Omit<Resources, 'slots'>): void {
  const error = shortage(cloud, node, needed);
  if (error !== undefined) {
    throw error;
  }
}
