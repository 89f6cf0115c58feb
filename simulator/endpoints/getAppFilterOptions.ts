import { instanceTypeOf } from '../rules/instanceTypes.js';
import type { Endpoint } from '../server/endpoint.js';
import type { Cvm } from '../state/cvm.js';

/** GET /apps/filter-options [OpenAPI FilterOptionsResponse]: what the filters of GET /apps can be set to. */
export const getAppFilterOptions: Endpoint = {
  name: 'getAppFilterOptions',
  method: 'GET',
  path: '/apps/filter-options',
  authenticated: true,
  handle(_call, cloud) {
    const distinct = (value: (cvm: Cvm) => string | null) => [
      ...new Set(cloud.cvms.all().flatMap((cvm) => value(cvm) ?? [])),
    ];
    return {
      status: 200,
      body: {
        statuses: distinct(({ status }) => status),
        image_versions: distinct(({ configuration }) => configuration.image),
        instance_types: distinct(({ configuration }) => instanceTypeOf(configuration)),
        kms_slugs: distinct(({ kms }) => kms.slug),
        kms_types: distinct(({ kms }) => kms.type),
        regions: distinct(({ node }) => node.region),
        nodes: distinct(({ node }) => node.name),
      },
    };
  },
};
