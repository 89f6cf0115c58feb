import type { Hex } from 'viem';
import { notFound } from '../answers/errors.js';
import { written } from '../answers/hexForm.js';
import { deployerType } from '../rules/deployer.js';
import type { Endpoint } from '../server/endpoint.js';
import { deployer } from './cvmView.js';

/** What GET /apps/{app_id}/kms-info says of an app without on-chain KMS: the defaults of OpenAPI AppKmsInfoResponse. */
const OFF_CHAIN = {
  is_onchain_kms: false,
  chain_id: null,
  kms_contract_address: null,
  app_contract_address: null,
  deployer_address: null,
  deployer_type: null,
  is_contract: false,
  safe_app_url: null,
};

/** Short names of ERC-3770 for links into the Safe app [on-chain facts §3.5]. */
const CHAIN_SHORT_NAMES: Readonly<Record<number, string>> = {
  1: 'eth',
  8453: 'base',
  84532: 'basesep',
  11155111: 'sep',
};

/**
 * GET /apps/{app_id}/kms-info [OpenAPI AppKmsInfoResponse]: who can register hashes. The type of the deployer is found
 * out on the chain itself at each call.
 */
export const getAppKmsInfo: Endpoint = {
  name: 'getAppKmsInfo',
  method: 'GET',
  path: '/apps/:appId/kms-info',
  authenticated: true,
  async handle(call, cloud) {
    const [cvm] = cloud.cvms.ofApp(call.params['appId'] ?? '');
    if (cvm === undefined) {
      throw notFound('App');
    }
    const { onChain, kms } = cvm;
    const owner = await deployer(cloud, cvm);
    if (onChain === undefined || kms.onChain === undefined || owner === undefined) {
      return { status: 200, body: OFF_CHAIN };
    }
    const quirks = call.quirks(cvm);
    const type = await cloud.chains.read(onChain.chainId, (client) => deployerType(client, owner));
    return {
      status: 200,
      body: {
        is_onchain_kms: true,
        chain_id: onChain.chainId,
        kms_contract_address: written(kms.onChain.contract, 'prefixed', quirks),
        app_contract_address: written(onChain.appContract, 'prefixed', quirks),
        deployer_address: written(owner, 'prefixed', quirks),
        deployer_type: type,
        is_contract: type !== 'eoa',
        safe_app_url: type === 'safe' ? safeAppUrl(onChain.chainId, owner) : null,
      },
    };
  },
};

/** Where OpenAPI only says "safe_app_url", the Safe's home page is chosen; null for chains that the app does not have. */
function safeAppUrl(chainId: number, safe: Hex): string | null {
  const chain = CHAIN_SHORT_NAMES[chainId];
  return chain === undefined ? null : `https://app.safe.global/home?safe=${chain}:${safe}`;
}
