import { z } from 'zod';
import { type Address, withoutPrefix } from '../model/hex.js';
import { type Cvm, cvmSchema } from './getCvm.js';
import { callPhala, type PhalaApi } from './phalaApi.js';
import { readAnswer } from './readAnswer.js';

const unplacedSchema = z.object({ vm_uuid: z.null().optional(), status: z.string().nullish() });

export interface AppCvms {
  readonly cvms: readonly Cvm[];
  /** Those without a vm_uuid: no node has them yet, and there is nothing to know them by. */
  readonly unplaced: readonly { readonly status?: string | null | undefined }[];
}

/** Reads the CVMs of an app: `GET /apps/{app_id}/cvms`. */
export async function listAppCvms(api: PhalaApi, appId: Address, signal?: AbortSignal): Promise<AppCvms> {
  const path = `/apps/${withoutPrefix(appId)}/cvms`;
  const { body } = await callPhala(api, { method: 'GET', path, notFound: 'AppNotFound', signal });
  const listed = readAnswer(z.array(z.union([cvmSchema, unplacedSchema])), body, 'GET /apps/{app_id}/cvms');
  return {
    cvms: listed.filter((cvm) => cvm.vm_uuid != null),
    unplaced: listed.filter((cvm) => cvm.vm_uuid == null),
  };
}
