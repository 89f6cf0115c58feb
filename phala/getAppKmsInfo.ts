import { z } from 'zod';
import { type Address, addressSchema, withoutPrefix } from '../model/hex.js';
import { callPhala, type PhalaApi } from './phalaApi.js';
import { readAnswer } from './readAnswer.js';

/** `AppKmsInfoResponse` (OpenAPI), as far as a change needs it. */
const appKmsInfoSchema = z.object({
  is_onchain_kms: z.boolean().default(false),
  chain_id: z.int().nullish(),
  app_contract_address: addressSchema.nullish(),
});

export type AppKmsInfo = z.output<typeof appKmsInfoSchema>;

/** Reads where an app's keys are governed: `GET /apps/{app_id}/kms-info`. */
export async function getAppKmsInfo(api: PhalaApi, appId: Address, signal?: AbortSignal): Promise<AppKmsInfo> {
  const path = `/apps/${withoutPrefix(appId)}/kms-info`;
  const { body } = await callPhala(api, { method: 'GET', path, notFound: 'AppNotFound', signal });
  return readAnswer(appKmsInfoSchema, body, 'GET /apps/{app_id}/kms-info');
}
