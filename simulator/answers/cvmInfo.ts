import type { Hex } from 'viem';
import { canonicalJson, sha256Hex } from '../rules/composeHash.js';
import { instanceTypeOf } from '../rules/instanceTypes.js';
import type { Chains } from '../state/chains.js';
import { type Cvm, runningOperation } from '../state/cvm.js';
import type { Quirks } from '../state/quirks.js';
import { USER, WORKSPACE } from '../state/workspace.js';
import type { ApiVersion } from './apiVersion.js';
import { written } from './hexForm.js';
import { nodeRef } from './nodeRef.js';

/** What an answer about a CVM needs besides the CVM. */
export interface CvmView {
  readonly apiVersion: ApiVersion;
  readonly quirks: Quirks;
  /** Owner or deployer of the app contract, where there is one. */
  readonly deployer: Hex | undefined;
  readonly chains: Chains;
}

/**
 * A CVM in lists from version 2026-01-21 on: OpenAPI v20260121 CVMInfo. Ids and hashes are written without 0x, as
 * phala-docs show them in answers about CVMs (app_id of start-from-cloud-cli.mdx, deploying-with-onchain-kms.mdx);
 * addresses with.
 */
export function cvmInfo(cvm: Cvm, view: CvmView) {
  const { configuration } = cvm;
  const { appCompose } = configuration;
  return {
    id: cvm.hashId,
    name: cvm.name,
    app_id: written(cvm.appId, 'bare', view.quirks),
    vm_uuid: cvm.vmUuid,
    instance_id: cvm.instanceId,
    resource: {
      instance_type: instanceTypeOf(configuration),
      vcpu: configuration.vcpu,
      memory_in_gb: configuration.memoryInMb / 1024,
      disk_in_gb: configuration.diskInGb,
      gpus: configuration.gpus?.gpus.length ?? 0,
      compute_billing_price: null,
      billing_period: 'skip',
    },
    node_info: nodeRef(cvm.node, cvm.deviceId, view.quirks),
    os: { name: configuration.image, version: null, is_dev: false, os_image_hash: null },
    kms_type: cvm.kms.type,
    kms_info: kmsInfoOfCvm(cvm, view),
    status: cvm.status,
    ...progress(cvm),
    // The SAVED configuration's hash: at once the new one when an update is committed (chosen; DOC-multisig step 5).
    compose_hash: written(configuration.composeHash, 'bare', view.quirks),
    // What exactly these two are hashed over is unknown; sha256 of the text is chosen.
    docker_compose_hash: sha256Hex(appCompose.docker_compose_file),
    pre_launch_script_hash: appCompose.pre_launch_script === undefined ? null : sha256Hex(appCompose.pre_launch_script),
    gateway: { base_domain: 'gateway.invalid', cname: null },
    logs: { serial: null, stdout: null, stderr: null, container_log_base: null },
    services: [],
    endpoints: [],
    public_logs: appCompose.public_logs,
    public_sysinfo: appCompose.public_sysinfo,
    public_tcbinfo: appCompose.public_tcbinfo,
    gateway_enabled: appCompose.gateway_enabled,
    secure_time: appCompose.secure_time,
    storage_fs: appCompose.storage_fs,
    workspace: {
      object_type: 'workspace',
      id: WORKSPACE.id,
      name: WORKSPACE.name,
      slug: WORKSPACE.slug,
      avatar_url: null,
    },
    creator: { object_type: 'user', id: USER.id, username: USER.username, avatar_url: null },
    created_at: cvm.createdAt.toISOString(),
    deleted_at: null,
    listed: false,
    project_type: null,
  };
}

/** GET /cvms/{id} from version 2026-01-21 on: OpenAPI CVMInfoDetail, the above with the app-compose document. */
export function cvmInfoDetail(cvm: Cvm, view: CvmView) {
  return { ...cvmInfo(cvm, view), compose_file: JSON.parse(canonicalJson(cvm.configuration.appCompose)) };
}

/** OpenAPI CVMKmsInfo; k256_pubkey only in the newer versions [facts §2(b)]. */
function kmsInfoOfCvm(cvm: Cvm, { apiVersion, quirks, deployer, chains }: CvmView) {
  const { onChain, kms } = cvm;
  const signingKey = apiVersion >= '2026-05-22' ? { k256_pubkey: kms.keys.signingPublicKey() } : {};
  return {
    chain_id: onChain?.chainId ?? null,
    dstack_kms_address: kms.onChain === undefined ? null : written(kms.onChain.contract, 'prefixed', quirks),
    dstack_app_address: onChain === undefined ? null : written(onChain.appContract, 'prefixed', quirks),
    deployer_address: deployer === undefined ? null : written(deployer, 'prefixed', quirks),
    rpc_endpoint: onChain === undefined ? null : (chains.url(onChain.chainId) ?? null),
    encrypted_env_pubkey: kms.keys.environmentPublicKey(cvm.appId),
    ...signingKey,
  };
}

/** in_progress and OpenAPI CVMProgressInfo. */
function progress(cvm: Cvm) {
  const operation = runningOperation(cvm);
  return {
    in_progress: operation !== undefined,
    progress:
      operation === undefined
        ? null
        : {
            target: 'running',
            started_at: operation.startedAt.toISOString(),
            correlation_id: operation.correlationId,
          },
  };
}
