import { allowance, cvmIdFor } from '../answers/allowance.js';
import { addressedApp } from '../server/addressedApp.js';
import type { Endpoint } from '../server/endpoint.js';
import { readAllowance } from './readAllowance.js';

/**
 * POST /apps/{app_id}/cvms/is-allowed [OpenAPI AppCvmsBatchIsAllowedResponse]: every CVM of the app with its saved hash on
 * its device. Chosen: what could not be asked counts as an error and not as denied; an app without on-chain KMS has no
 * results, and its CVMs are skipped.
 */
export const checkAppCvmsIsAllowed: Endpoint = {
  name: 'checkAppCvmsIsAllowed',
  method: 'POST',
  path: '/apps/:appId/cvms/is-allowed',
  authenticated: true,
  async handle(call, cloud) {
    const cvms = addressedApp(call, cloud);
    const skipped = cvms.filter(({ onChain }) => onChain === undefined);
    const checked = cvms.map(async (cvm) => {
      if (cvm.onChain === undefined) {
        return [];
      }
      const deployment = { ...cvm.onChain, composeHash: cvm.configuration.composeHash, deviceId: cvm.deviceId };
      const allowed = await readAllowance(cloud, deployment);
      return [{ cvm_id: cvmIdFor(call.apiVersion, cvm), ...allowance(deployment, allowed, call.quirks(cvm)) }];
    });
    const results = (await Promise.all(checked)).flat();
    return {
      status: 200,
      body: {
        is_onchain: skipped.length < cvms.length,
        results,
        total: results.length,
        allowed_count: results.filter(({ is_allowed }) => is_allowed).length,
        denied_count: results.filter(({ is_allowed, error }) => !is_allowed && error === null).length,
        error_count: results.filter(({ error }) => error !== null).length,
        skipped_cvm_ids: skipped.map((cvm) => cvmIdFor(call.apiVersion, cvm)),
      },
    };
  },
};
