import { z } from 'zod';
import { type Address, withoutPrefix } from '../model/hex.js';
import { callPhala, type PhalaApi } from './phalaApi.js';
import { readAnswer } from './readAnswer.js';

/** 32 bytes, with or without 0x. */
const answerSchema = z.object({
  public_key: z.string().regex(/^(0x)?[0-9a-fA-F]{64}$/, 'must be 32 bytes as hex'),
});

/**
 * Reads the X25519 key that an app's environment variables are encrypted to: `GET /kms/{kms}/pubkey/{app_id}`.
 *
 * @param kms its id or slug; not its type, which the official CLI sends in vain (phala-cloud-api.md §7)
 * @returns 64 hex digits
 */
export async function getEnvKey(api: PhalaApi, kms: string, appId: Address, signal?: AbortSignal): Promise<string> {
  const path = `/kms/${encodeURIComponent(kms)}/pubkey/${withoutPrefix(appId)}`;
  const { body } = await callPhala(api, { method: 'GET', path, notFound: 'KmsNotFound', signal });
  return readAnswer(answerSchema, body, 'GET /kms/{kms}/pubkey/{app_id}').public_key.replace(/^0x/, '');
}
