import { z } from 'zod';
import type { ComposeDocument } from '../model/composeDocument.js';
import type { CvmId } from '../model/cvmId.js';
import { callPhala, type PhalaApi } from './phalaApi.js';

/**
 * Reads the app-compose document that a CVM runs: `GET /cvms/{cvm_id}/compose_file`. Null where the API gives none as
 * JSON: then the hash cannot be checked, which is no reason to stop.
 */
export async function getComposeFile(
  api: PhalaApi,
  cvmId: CvmId,
  signal?: AbortSignal,
): Promise<ComposeDocument | null> {
  const { body } = await callPhala(api, { method: 'GET', path: `/cvms/${cvmId}/compose_file`, anyBody: true, signal });
  return z.record(z.string(), z.unknown()).safeParse(body).data ?? null;
}
