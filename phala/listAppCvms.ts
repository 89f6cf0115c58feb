import { z } from 'zod';
import { type Address, withoutPrefix } from '../model/hex.js';
import { type Cvm, cvmSchema } from './getCvm.js';
import { callPhala, type PhalaApi } from './phalaApi.js';
import { readAnswer } from './readAnswer.js';

/** Those without a vm_uuid have not been placed on a node yet: there is nothing to know them by. */
const listSchema = z.array(z.union([cvmSchema, z.object({ vm_uuid: z.null().optional() })]));

/** Reads the CVMs of an app: `GET /apps/{app_id}/cvms`. */
export async function listAppCvms(api: PhalaApi, appId: Address, signal?: AbortSignal): Promise<readonly Cvm[]> {
  const path = `/apps/${withoutPrefix(appId)}/cvms`;
  const { body } = await callPhala(api, { method: 'GET', path, notFound: 'AppNotFound', signal });
  const listed = readAnswer(listSchema, body, 'GET /apps/{app_id}/cvms');
  return listed.flatMap((cvm) => ('name' in cvm ? [cvm] : []));
}
