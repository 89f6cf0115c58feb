import type { JsonObject } from '../rules/json.js';
import type { Kms } from '../state/kms.js';
import type { Quirks } from '../state/quirks.js';
import { written } from './hexForm.js';

/** OpenAPI KMSInfo; addresses with 0x. */
export function kmsInfo(kms: Kms, quirks: Quirks): JsonObject {
  return {
    id: kms.id,
    slug: kms.slug,
    url: kms.url,
    version: kms.version,
    chain_id: kms.onChain?.chainId ?? null,
    kms_contract_address: kms.onChain === undefined ? null : written(kms.onChain.contract, 'prefixed', quirks),
    gateway_app_id: written(kms.gatewayAppId, 'prefixed', quirks),
  };
}
