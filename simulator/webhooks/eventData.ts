import { written } from '../answers/hexForm.js';
import type { JsonObject } from '../rules/json.js';
import type { ApprovalEvent, CloudEvent, LifecycleEvent } from '../state/events.js';
import { USER } from '../state/workspace.js';

/** `data` of an event's envelope. Hashes, ids and addresses come with 0x, as DOC-webhooks and DOC-multisig show them. */
export function eventData(event: CloudEvent): JsonObject {
  return 'composeHash' in event ? approvalData(event) : lifecycleData(event);
}

/**
 * [DOC-webhooks "Payload Format"; the text of an error: its example, "CVM 82: Failed to request app keys: …"]. The status
 * of a CVM that is gone is chosen.
 */
function lifecycleData({ name, cvm, error }: LifecycleEvent): JsonObject {
  return {
    cvm_id: cvm.vmUuid,
    cvm_name: cvm.name,
    app_id: written(cvm.appId, 'prefixed', cvm.quirks),
    status: name === 'cvm.deleted' ? 'deleted' : cvm.status,
    ...(error === undefined ? {} : { error: `CVM ${cvm.number}: ${error}` }),
  };
}

/**
 * [DOC-multisig "Payload"]. kms.contract_address is the KMS contract, not the app's, and onchain_action.calldata the bare
 * compose hash, not calldata: both are so in the real payload. That of a replica is undocumented; the same is chosen, with
 * the source CVM and the target's device. Without a token the three fields that carry it are left out (chosen).
 */
function approvalData({ cvm, composeHash, deviceId, expiresAt, commit }: ApprovalEvent): JsonObject {
  const { quirks, kms } = cvm;
  const appId = written(cvm.appId, 'prefixed', quirks);
  const hash = written(composeHash, 'prefixed', quirks);
  return {
    cvm_id: cvm.vmUuid,
    cvm_name: cvm.name,
    compose_hash: hash,
    app_id: appId,
    device_id: written(deviceId, 'prefixed', quirks),
    kms: {
      chain_id: kms.onChain?.chainId ?? null,
      contract_address: kms.onChain === undefined ? null : written(kms.onChain.contract, 'prefixed', quirks),
    },
    onchain_action: { to: appId, method: 'addComposeHash(bytes32)', calldata: hash },
    ...(commit === undefined
      ? {}
      : { commit_token: commit.token, commit_url: commit.url, api_commit_url: commit.apiUrl }),
    expires_at: expiresAt.toISOString(),
    initiated_by: { user_id: USER.id, username: USER.username },
  };
}
