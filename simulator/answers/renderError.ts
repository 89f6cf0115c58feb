import type { Quirks } from '../state/quirks.js';
import type { ApiError } from './apiError.js';

/** Where suggestions point to; the label is made up. */
const LINK = { url: 'https://docs.phala.com/phala-cloud/references/error-codes', label: 'Error codes' };

/** The fields that a legacy 465 keeps, flat beside `message` [facts §1, error shape 3]. */
const LEGACY_FIELDS = ['compose_hash', 'app_id', 'device_id', 'kms_info'];

/** The body of an error answer, in the shape that the CVM's quirks ask for. */
export function renderError({ status, content }: ApiError, requestId: string, quirks: Quirks): unknown {
  switch (content.shape) {
    case 'detail':
      return { detail: content.detail };
    case 'validation':
      return { detail: content.issues };
    case 'structured': {
      const details = content.details ?? [];
      if (quirks.errorShape === 'legacy' && status === 465) {
        const kept = details.filter(({ field }) => LEGACY_FIELDS.includes(field));
        return { message: content.message, ...Object.fromEntries(kept.map(({ field, value }) => [field, value])) };
      }
      const structured = {
        error_code: content.code,
        message: content.message,
        request_id: requestId,
        ...(details.length === 0 ? {} : { details }),
        ...(content.suggestions === undefined ? {} : { suggestions: content.suggestions, links: [LINK] }),
      };
      return quirks.errorShape === 'nested' ? { detail: structured } : structured;
    }
  }
}
