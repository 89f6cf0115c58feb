import type { Call } from '../server/endpoint.js';
import type { Cvm } from '../state/cvm.js';
import { USER } from '../state/workspace.js';
import { hasHashIds } from './apiVersion.js';
import { written } from './hexForm.js';

/**
 * A new CVM as creating it answers: OpenAPI VM. Its id and its user's are numbers up to version 2026-01-21 and hash ids
 * from 2026-05-22 on [facts §1; user_id: newer SDK, CommitCvmProvisionV20260522Schema]. Chosen: app_url is null, as there
 * is no gateway, and version is the SDK's default for it.
 */
export function vm(cvm: Cvm, call: Call) {
  const { configuration, node } = cvm;
  const { appCompose } = configuration;
  const hashed = hasHashIds(call.apiVersion);
  return {
    id: hashed ? cvm.hashId : cvm.number,
    name: cvm.name,
    status: cvm.status,
    teepod_id: node.id,
    teepod: { id: node.id, name: node.name },
    user_id: hashed ? USER.id : USER.number,
    app_id: written(cvm.appId, 'bare', call.quirks(cvm)),
    vm_uuid: cvm.vmUuid,
    instance_id: cvm.instanceId,
    app_url: null,
    base_image: configuration.image,
    vcpu: configuration.vcpu,
    memory: configuration.memoryInMb,
    disk_size: configuration.diskInGb,
    manifest_version: appCompose['manifest_version'] ?? null,
    version: '1.0.0',
    runner: appCompose['runner'] ?? null,
    docker_compose_file: appCompose.docker_compose_file,
    features: appCompose['features'] ?? null,
    created_at: cvm.createdAt.toISOString(),
    encrypted_env_pubkey: cvm.kms.keys.environmentPublicKey(cvm.appId),
  };
}

/** The same for POST /cvms, with what the SDK reads besides [seed 001, SDK CommitCvmProvisionSchema]. */
export function createdVm(cvm: Cvm, call: Call) {
  const { onChain } = cvm;
  const quirks = call.quirks(cvm);
  return {
    ...vm(cvm, call),
    app_auth_contract_address: onChain === undefined ? null : written(onChain.appContract, 'prefixed', quirks),
    deployer_address: onChain?.deployer === undefined ? null : written(onChain.deployer, 'prefixed', quirks),
  };
}
