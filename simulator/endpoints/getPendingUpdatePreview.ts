import { notFound } from '../answers/errors.js';
import { prefixed } from '../rules/hex.js';
import { addressedApp } from '../server/addressedApp.js';
import type { Endpoint } from '../server/endpoint.js';
import { plannedChange } from '../updates/plannedChange.js';
import { registeredPreparations } from '../updates/registeredPreparations.js';

/**
 * GET /apps/{app_id}/pending-updates/{vm_uuid}/{compose_hash}/preview [OpenAPI PendingUpdatePreview; 404 "App or pending
 * update not found"]: what is saved, and what it would become. Chosen: only what the list has can be looked at.
 */
export const getPendingUpdatePreview: Endpoint = {
  name: 'getPendingUpdatePreview',
  method: 'GET',
  path: '/apps/:appId/pending-updates/:cvmId/:composeHash/preview',
  authenticated: true,
  async handle(call, cloud) {
    const uuid = (call.params['cvmId'] ?? '').replaceAll('-', '');
    const cvm = addressedApp(call, cloud).find(({ vmUuid }) => vmUuid.replaceAll('-', '') === uuid);
    const pending = cvm === undefined ? [] : await registeredPreparations(cloud, cvm);
    const hash = prefixed(call.params['composeHash'] ?? '');
    const preparation = pending.find(({ composeHash }) => composeHash === hash);
    if (cvm === undefined || preparation === undefined) {
      throw notFound('Pending update');
    }
    const current = cvm.configuration.appCompose;
    const { update, serverAdded } = preparation;
    const { appCompose } = plannedChange(cvm.configuration, update, serverAdded).configuration;
    return {
      status: 200,
      body: {
        current_docker_compose: current.docker_compose_file,
        pending_docker_compose: appCompose.docker_compose_file,
        current_pre_launch_script: current.pre_launch_script ?? null,
        pending_pre_launch_script: appCompose.pre_launch_script ?? null,
      },
    };
  },
};
