import { z } from 'zod';
import { addressSchema } from '../model/hex.js';
import { callPhala, type PhalaApi } from './phalaApi.js';
import { readAnswer } from './readAnswer.js';

/** `KMSInfo` (OpenAPI), as far as a change needs it. */
const kmsSchema = z.object({
  /** "kms_…" */
  id: z.string(),
  slug: z.string().nullish(),
  chain_id: z.int().nullish(),
  /** The DstackKms contract; absent for a KMS that is not on chain. */
  kms_contract_address: addressSchema.nullish(),
});

export type Kms = z.output<typeof kmsSchema>;

/** Reads the KMS instances of the cloud: `GET /kms`. There are a handful; one page holds them. */
export async function listKms(api: PhalaApi, signal?: AbortSignal): Promise<readonly Kms[]> {
  const { body } = await callPhala(api, { method: 'GET', path: '/kms?page=1&page_size=100', signal });
  return readAnswer(z.object({ items: z.array(kmsSchema) }), body, 'GET /kms').items;
}
