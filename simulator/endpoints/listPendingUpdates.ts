import { written } from '../answers/hexForm.js';
import { addressedApp } from '../server/addressedApp.js';
import type { Endpoint } from '../server/endpoint.js';
import { registeredPreparations } from '../updates/registeredPreparations.js';

/**
 * GET /apps/{app_id}/pending-updates [OpenAPI PendingUpdatesResponse: "signed on-chain but not yet applied"]. So on_chain is
 * always true here; hashes without 0x as in all answers about CVMs (chosen).
 */
export const listPendingUpdates: Endpoint = {
  name: 'listPendingUpdates',
  method: 'GET',
  path: '/apps/:appId/pending-updates',
  authenticated: true,
  async handle(call, cloud) {
    const items = await Promise.all(
      addressedApp(call, cloud).map(async (cvm) =>
        (await registeredPreparations(cloud, cvm)).map(({ composeHash }) => ({
          vm_uuid: cvm.vmUuid,
          compose_hash: written(composeHash, 'bare', call.quirks(cvm)),
          on_chain: true,
          instance_name: cvm.name,
        })),
      ),
    );
    return { status: 200, body: { items: items.flat() } };
  },
};
