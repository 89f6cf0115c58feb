import type { Hex } from 'viem';
import type { OnChainStatus } from '../rules/dstackApp.js';
import type { Call } from '../server/endpoint.js';
import type { Cvm } from '../state/cvm.js';
import type { ErrorDetail } from './apiError.js';
import { commitLinks } from './commitLinks.js';
import { written } from './hexForm.js';
import { kmsInfo } from './kmsInfo.js';

/** What is to be registered, and what may be committed with it afterwards. */
export interface Registration {
  readonly composeHash: Hex;
  readonly token: string | undefined;
  /** Without it the CVM's own; for a replica that of the node it goes to. */
  readonly deviceId?: Hex;
  readonly what?: 'update' | 'replica';
}

/**
 * The `details` of a 465 [facts §2(b), the table]: compose_hash, app_id, device_id, kms_info and
 * onchain_status, and where there is a token commit_token, commit_url and api_commit_url. Hashes and ids are written with
 * 0x, as in the fixtures of the official SDKs.
 */
export function registrationDetails(
  call: Call,
  cvm: Cvm,
  { composeHash, token, deviceId = cvm.deviceId, what = 'update' }: Registration,
  status: OnChainStatus,
): ErrorDetail[] {
  const quirks = call.quirks(cvm);
  const onChainStatus = {
    compose_hash_allowed: status.composeHashAllowed,
    device_id_allowed: status.deviceAllowed,
    is_allowed: status.composeHashAllowed && status.deviceAllowed,
  };
  return [
    detail('compose_hash', written(composeHash, 'prefixed', quirks)),
    detail('app_id', written(cvm.appId, 'prefixed', quirks)),
    detail('device_id', written(deviceId, 'prefixed', quirks)),
    detail('kms_info', kmsInfo(cvm.kms, quirks)),
    ...(token === undefined
      ? []
      : [
          detail('commit_token', token),
          detail('commit_url', commitLinks(call.origin, cvm, composeHash, token, what).url),
          detail('api_commit_url', commitLinks(call.origin, cvm, composeHash, token, what).apiUrl),
        ]),
    detail('onchain_status', onChainStatus),
  ];
}

function detail(field: string, value: ErrorDetail['value']): ErrorDetail {
  return { field, value, message: null };
}
