import { instanceTypeOf } from '../rules/instanceTypes.js';
import { type Cvm, runningOperation } from '../state/cvm.js';
import type { Node } from '../state/nodes.js';
import { USER } from '../state/workspace.js';
import type { CvmView } from './cvmInfo.js';
import { written } from './hexForm.js';
import { kmsInfo } from './kmsInfo.js';

/**
 * GET /cvms/{id} in version 2025-10-28: OpenAPI cvms management CvmBasicInfo, with an integer id. `phala deploy` 1.1.18
 * pins this version and reads kms_info.slug, contract_address and encrypted_env_pubkey from it [facts §7].
 */
export function cvmBasicInfo(cvm: Cvm, { quirks, deployer }: CvmView) {
  const { configuration } = cvm;
  return {
    id: cvm.number,
    // "Node ID (admin only)" [OpenAPI].
    teepod_id: null,
    teepod: cvmNode(cvm.node),
    name: cvm.name,
    status: cvm.status,
    in_progress: runningOperation(cvm) !== undefined,
    app_id: written(cvm.appId, 'bare', quirks),
    vm_uuid: cvm.vmUuid,
    instance_id: cvm.instanceId,
    vcpu: configuration.vcpu,
    memory: configuration.memoryInMb,
    disk_size: configuration.diskInGb,
    base_image: configuration.image,
    encrypted_env_pubkey: cvm.kms.keys.environmentPublicKey(cvm.appId),
    listed: false,
    project_id: null,
    project_type: null,
    instance_type: instanceTypeOf(configuration),
    public_sysinfo: configuration.appCompose.public_sysinfo,
    public_logs: configuration.appCompose.public_logs,
    dapp_dashboard_url: null,
    syslog_endpoint: null,
    kms_info: kmsInfo(cvm.kms, quirks),
    contract_address: contractAddress(cvm, quirks),
    deployer_address: deployer === undefined ? null : written(deployer, 'prefixed', quirks),
    scheduled_delete_at: null,
    public_urls: [],
    gateway_domain: 'gateway.invalid',
  };
}

/** An item of GET /cvms and GET /cvms/paginated in version 2025-10-28: OpenAPI HostedCvm with its VmInfo. */
export function hostedCvm(cvm: Cvm, { quirks, deployer }: CvmView) {
  const { configuration } = cvm;
  return {
    hosted: {
      id: cvm.vmUuid.replaceAll('-', ''),
      name: cvm.name,
      status: cvm.status,
      uptime: '',
      app_url: null,
      app_id: written(cvm.appId, 'bare', quirks),
      instance_id: cvm.instanceId,
      configuration: null,
      exited_at: null,
      boot_progress: null,
      boot_error: cvm.bootError ?? null,
      shutdown_progress: null,
      image_version: null,
      events: [],
    },
    name: cvm.name,
    managed_user: { id: USER.number, username: USER.username },
    node: cvmNode(cvm.node),
    listed: false,
    status: cvm.status,
    in_progress: runningOperation(cvm) !== undefined,
    dapp_dashboard_url: null,
    syslog_endpoint: null,
    allow_upgrade: false,
    project_id: null,
    project_type: null,
    billing_period: 'skip',
    kms_info: kmsInfo(cvm.kms, quirks),
    contract_address: contractAddress(cvm, quirks),
    deployer_address: deployer === undefined ? null : written(deployer, 'prefixed', quirks),
    vcpu: configuration.vcpu,
    memory: configuration.memoryInMb,
    disk_size: configuration.diskInGb,
    gateway_domain: 'gateway.invalid',
    public_urls: [],
  };
}

/** OpenAPI CvmNode. */
function cvmNode({ id, name, region }: Node) {
  return { id, name, region_identifier: region };
}

function contractAddress({ onChain }: Cvm, quirks: CvmView['quirks']): string | null {
  return onChain === undefined ? null : written(onChain.appContract, 'prefixed', quirks);
}
