import { sha256Hex } from '../rules/composeHash.js';
import { instanceTypeOf } from '../rules/instanceTypes.js';
import type { Cvm } from '../state/cvm.js';
import { type CvmView, cvmInfo } from './cvmInfo.js';
import { written } from './hexForm.js';

/** A CVM of an app together with what an answer about it needs. */
export interface ViewedCvm {
  readonly cvm: Cvm;
  readonly view: CvmView;
}

/**
 * An app, which is no more than its CVMs here: OpenAPI DstackAppFullResponse of the version asked for. Chosen: it has the
 * name of its oldest CVM, and its current CVM is the newest.
 *
 * @param viewed its CVMs, oldest first.
 */
export function app(viewed: readonly [ViewedCvm, ...ViewedCvm[]]) {
  const [oldest] = viewed;
  const { cvm, view } = oldest;
  const cvms = viewed.map(shownCvm);
  return {
    id: `prj_${sha256Hex(cvm.appId).slice(0, 8)}`,
    name: cvm.name,
    app_id: written(cvm.appId, 'bare', view.quirks),
    app_provision_type: null,
    app_icon_url: null,
    created_at: cvm.createdAt.toISOString(),
    kms_type: cvm.kms.type,
    profile: null,
    current_cvm: cvms.at(-1),
    cvms,
    cvm_count: cvms.length,
  };
}

function shownCvm({ cvm, view }: ViewedCvm) {
  return view.apiVersion === '2025-10-28' ? cvmOfApp(cvm, view) : cvmInfo(cvm, view);
}

/** OpenAPI apps v20251028 CvmBasicInfo, which is another one than that of GET /cvms/{id}. */
function cvmOfApp(cvm: Cvm, { quirks }: CvmView) {
  const { configuration, node, kms } = cvm;
  return {
    vm_uuid: cvm.vmUuid,
    app_id: written(cvm.appId, 'bare', quirks),
    name: cvm.name,
    status: cvm.status,
    vcpu: configuration.vcpu,
    memory: configuration.memoryInMb,
    disk_size: configuration.diskInGb,
    teepod_id: node.id,
    teepod_name: node.name,
    region_identifier: node.region,
    kms_type: kms.type,
    instance_type: instanceTypeOf(configuration),
    listed: false,
    base_image: configuration.image,
    kms_slug: kms.slug,
    kms_id: kms.id,
    instance_id: cvm.instanceId,
  };
}
