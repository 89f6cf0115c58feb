import type { Allowance, Deployment } from '../rules/deploymentAllowed.js';
import type { Cvm } from '../state/cvm.js';
import type { Quirks } from '../state/quirks.js';
import type { ApiVersion } from './apiVersion.js';
import { written } from './hexForm.js';

/**
 * OpenAPI AppIsAllowedResponse, and with a cvm_id IsAllowedResponse and CvmIsAllowedItem. Written as a 465 does, with 0x;
 * an unknown device is "", as the field is not nullable (both chosen).
 */
export function allowance(deployment: Deployment, allowed: Allowance, quirks: Quirks) {
  const { appContract, composeHash, deviceId } = deployment;
  return {
    app_contract_address: written(appContract, 'prefixed', quirks),
    compose_hash: written(composeHash, 'prefixed', quirks),
    device_id: deviceId === undefined ? '' : written(deviceId, 'prefixed', quirks),
    compose_hash_allowed: allowed.composeHashAllowed,
    allow_any_device: allowed.allowAnyDevice,
    device_id_allowed: allowed.deviceListed ?? null,
    is_allowed: allowed.isAllowed,
    error: allowed.error ?? null,
  };
}

/** The id of a CVM in these answers: the database id, from version 2026-05-22 on the hash id [facts §1]. */
export function cvmIdFor(apiVersion: ApiVersion, cvm: Cvm): number | string {
  return apiVersion >= '2026-05-22' ? cvm.hashId : cvm.number;
}
