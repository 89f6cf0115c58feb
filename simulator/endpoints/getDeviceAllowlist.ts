import { cvmIdFor } from '../answers/allowance.js';
import { written } from '../answers/hexForm.js';
import { dstackAppAbi } from '../rules/dstackApp.js';
import { addressedApp } from '../server/addressedApp.js';
import type { Endpoint } from '../server/endpoint.js';

/**
 * GET /apps/{app_id}/device-allowlist [OpenAPI DeviceAllowlistResponse]: the devices that the app's CVMs run on, and whether
 * the contract has them, read at each call. Devices that only the contract knows are not shown.
 *
 * Chosen: an app without on-chain KMS is answered with is_onchain_kms false, which the CLI reads (OpenAPI says 404 for it);
 * status is "allowed" [facts §4] where the device may run, be it by allowAnyDevice, else "not_allowed"; a chain that does
 * not answer is a 503, as there is no field for it.
 */
export const getDeviceAllowlist: Endpoint = {
  name: 'getDeviceAllowlist',
  method: 'GET',
  path: '/apps/:appId/device-allowlist',
  authenticated: true,
  async handle(call, cloud) {
    const cvms = addressedApp(call, cloud);
    const [{ onChain }] = cvms;
    if (onChain === undefined) {
      return {
        status: 200,
        body: {
          is_onchain_kms: false,
          allow_any_device: null,
          chain_id: null,
          app_contract_address: null,
          devices: [],
        },
      };
    }
    const contract = { address: onChain.appContract, abi: dstackAppAbi } as const;
    const deviceIds = [...new Set(cvms.map(({ deviceId }) => deviceId))];
    const [anyDevice, ...listed] = await cloud.chains.read(onChain.chainId, (client) =>
      Promise.all([
        client.readContract({ ...contract, functionName: 'allowAnyDevice' }),
        ...deviceIds.map((deviceId) =>
          client.readContract({ ...contract, functionName: 'allowedDeviceIds', args: [deviceId] }),
        ),
      ]),
    );
    const quirks = call.quirks(cvms[0]);
    const devices = deviceIds.map((deviceId, index) => {
      const onDevice = cvms.filter((cvm) => cvm.deviceId === deviceId);
      const allowedOnChain = listed[index] === true;
      return {
        device_id: written(deviceId, 'prefixed', quirks),
        node_name: onDevice[0]?.node.name ?? null,
        cvm_ids: onDevice.map((cvm) => cvmIdFor(call.apiVersion, cvm)),
        allowed_onchain: allowedOnChain,
        status: allowedOnChain || anyDevice ? 'allowed' : 'not_allowed',
      };
    });
    return {
      status: 200,
      body: {
        is_onchain_kms: true,
        allow_any_device: anyDevice,
        chain_id: onChain.chainId,
        app_contract_address: written(onChain.appContract, 'prefixed', quirks),
        devices,
      },
    };
  },
};
