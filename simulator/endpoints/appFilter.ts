import { z } from 'zod';
import { bare } from '../rules/hex.js';
import { instanceTypeOf } from '../rules/instanceTypes.js';
import type { Cvm } from '../state/cvm.js';

/** The filters of GET /apps that OpenAPI list_dstack_apps has, but for `status`, which may come several times. */
export const appFilterShape = {
  search: z.string().optional(),
  listed: z.stringbool().optional(),
  base_image: z.string().optional(),
  instance_type: z.string().optional(),
  kms_slug: z.string().optional(),
  kms_type: z.string().optional(),
  node: z.string().optional(),
  region: z.string().optional(),
};

const filterSchema = z.object(appFilterShape);

/**
 * Whether an app is in the list, which it is if one of its CVMs fits every filter (chosen). "Search name, app_id, vm_uuid,
 * instance_id" [OpenAPI]: chosen, any part of them in any case. Nothing here is listed.
 */
export function isListed(
  app: readonly Cvm[],
  filter: z.infer<typeof filterSchema>,
  statuses: readonly string[],
): boolean {
  const fits = (wanted: string | undefined, actual: string | null) => wanted === undefined || wanted === actual;
  return app.some(
    (cvm) =>
      filter.listed !== true &&
      (filter.search === undefined || isFound(cvm, filter.search)) &&
      (statuses.length === 0 || statuses.includes(cvm.status)) &&
      fits(filter.base_image, cvm.configuration.image) &&
      fits(filter.instance_type, instanceTypeOf(cvm.configuration)) &&
      fits(filter.kms_slug, cvm.kms.slug) &&
      fits(filter.kms_type, cvm.kms.type) &&
      fits(filter.node, cvm.node.name) &&
      fits(filter.region, cvm.node.region),
  );
}

function isFound(cvm: Cvm, search: string): boolean {
  const text = search.toLowerCase();
  return [cvm.name, bare(cvm.appId), cvm.appId, cvm.vmUuid, cvm.instanceId].some((each) =>
    each.toLowerCase().includes(text),
  );
}
