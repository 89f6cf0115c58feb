import type { Hex } from 'viem';
import { type AppDefinition, initialAppCompose } from './rules/appCompose.js';
import { composeHash } from './rules/composeHash.js';
import { prefixed } from './rules/hex.js';
import { type CvmDefinition, DEFAULT_DEVICE_ID } from './state/cvm.js';

/**
 * The compose hash that a CVM of this definition will have at first, 32 bytes with 0x. It depends on the app only, not on
 * its contract, so the contract can be deployed with it before the CVM is added. A whole CvmDefinition will do as well.
 */
export function appComposeHash(definition: AppDefinition): Hex {
  return composeHash(initialAppCompose(definition));
}

/** The device that a CVM of this definition will run on, 32 bytes with 0x. */
export function deviceIdOf(definition: Pick<CvmDefinition, 'deviceId'>): Hex {
  return prefixed(definition.deviceId ?? DEFAULT_DEVICE_ID);
}
