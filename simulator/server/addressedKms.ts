import { notFound } from '../answers/errors.js';
import type { Cloud } from '../state/cloud.js';
import type { Kms } from '../state/kms.js';
import type { Call } from './endpoint.js';

/** The KMS of a call's path, by hashed id or slug: 404 if there is none [OpenAPI get_kms]. */
export function addressedKms(call: Call, cloud: Cloud): Kms {
  const kms = cloud.kms.find(call.params['kmsId'] ?? '');
  if (kms === undefined) {
    throw notFound('KMS');
  }
  return kms;
}
