import type { Hex } from 'viem';
import { type AppDefinition, initialAppCompose } from './rules/appCompose.js';
import { composeHash } from './rules/composeHash.js';
import { prefixed } from './rules/hex.js';
import type { CvmDefinition } from './state/cvm.js';
import { nodeDeviceId } from './state/nodes.js';

/**
 * The compose hash that a CVM of this definition will have at first, 32 bytes with 0x. It depends on the app only, not on
 * its contract, so the contract can be deployed with it before the CVM is added. A whole CvmDefinition will do as well.
 */
export function appComposeHash(definition: AppDefinition): Hex {
  return composeHash(initialAppCompose(definition));
}

/**
 * The device that a CVM of this definition will run on, 32 bytes with 0x; without `nodeId` that of node 1. Only for nodes
 * whose own definition names no device: of any other `simulator.nodes` tells it.
 */
export function deviceIdOf(definition: Pick<CvmDefinition, 'deviceId' | 'nodeId'>): Hex {
  return prefixed(definition.deviceId ?? nodeDeviceId(definition.nodeId ?? 1));
}
