import type { OnChainStatus } from '../rules/dstackApp.js';
import type { Call } from '../server/endpoint.js';
import type { Cvm } from '../state/cvm.js';
import type { Preparation } from '../state/preparations.js';
import { WORKSPACE } from '../state/workspace.js';
import type { ErrorDetail } from './apiError.js';
import { written } from './hexForm.js';
import { kmsInfo } from './kmsInfo.js';

/**
 * The `details` of a 465 [facts §2(b), the table]: compose_hash, app_id, device_id, kms_info and
 * onchain_status, and where there is a token commit_token, commit_url and api_commit_url. Hashes and ids are written with
 * 0x, as in the fixtures of the official SDKs; compose_hash in commit_url without, as DOC-multisig shows it.
 *
 * Both links point to this simulator instead of cloud.phala.com and cloud-api.phala.com: a token must not wander off.
 */
export function registrationDetails(
  call: Call,
  cvm: Cvm,
  { composeHash, token }: Preparation,
  status: OnChainStatus,
): ErrorDetail[] {
  const quirks = call.quirks(cvm);
  const cvmPath = `cvms/${cvm.vmUuid}`;
  const onChainStatus = {
    compose_hash_allowed: status.composeHashAllowed,
    device_id_allowed: status.deviceAllowed,
    is_allowed: status.composeHashAllowed && status.deviceAllowed,
  };
  return [
    detail('compose_hash', written(composeHash, 'prefixed', quirks)),
    detail('app_id', written(cvm.appId, 'prefixed', quirks)),
    detail('device_id', written(cvm.deviceId, 'prefixed', quirks)),
    detail('kms_info', kmsInfo(cvm.kms, quirks)),
    ...(token === undefined
      ? []
      : [
          detail('commit_token', token),
          detail(
            'commit_url',
            `${call.origin}/${WORKSPACE.slug}/${cvmPath}/confirm-update?token=${token}&compose_hash=${composeHash.slice(2)}`,
          ),
          detail('api_commit_url', `${call.origin}/api/v1/${cvmPath}/commit-update?token=${token}`),
        ]),
    detail('onchain_status', onChainStatus),
  ];
}

function detail(field: string, value: ErrorDetail['value']): ErrorDetail {
  return { field, value, message: null };
}
