import type { Hex } from 'viem';
import { ApiError, type ErrorDetail, type ValidationIssue } from './apiError.js';

// Codes, statuses and messages of the structured errors are those of DOC-errors (phala-docs references/error-codes.mdx).
// "400*" there: 400 is the default for errors without a stated status [facts §1].

/** ERR-03-001, 404. */
export function cvmNotFound(): ApiError {
  return structured(404, 'ERR-03-001', 'The requested CVM was not found');
}

/** ERR-03-002, 400: several CVMs of that name. */
export function severalCvmsOfThatName(): ApiError {
  return structured(400, 'ERR-03-002', 'Multiple CVMs have the same name in this workspace');
}

/** ERR-03-010, 400: the identifier, such as an app id, fits several CVMs. */
export function severalCvmsForIdentifier(): ApiError {
  return structured(400, 'ERR-03-010', 'Multiple CVMs match this identifier in the workspace', {
    suggestions: ['Use the vm_uuid of the CVM.'],
  });
}

/** ERR-01-003, 400. */
export function invalidComposeFile(): ApiError {
  return structured(400, 'ERR-01-003', 'The Docker Compose file contains errors', {
    details: [{ field: 'docker_compose_file', value: null, message: 'No services are defined.' }],
  });
}

/** ERR-01-005, 465: the details are those of `registrationDetails`. */
export function hashRegistrationRequired(details: readonly ErrorDetail[]): ApiError {
  return structured(465, 'ERR-01-005', 'Compose hash registration required on-chain', {
    details,
    suggestions: ['Call addComposeHash(bytes32) on the DstackApp contract, then commit the update.'],
  });
}

/** ERR-01-006, 466: token or hash unknown, expired, superseded, used, or not what was prepared. */
export function hashInvalidOrExpired(): ApiError {
  return structured(466, 'ERR-01-006', 'The provided compose hash is invalid or has expired', {
    suggestions: ['Run prepare again to get a new commit token.'],
  });
}

/** ERR-01-007, 467. */
export function transactionUnverified(transactionHash: string): ApiError {
  return structured(467, 'ERR-01-007', 'Transaction verification failed', {
    details: [{ field: 'transaction_hash', value: transactionHash, message: null }],
  });
}

/** ERR-01-008, 468. */
export function hashNotAllowed(composeHash: Hex): ApiError {
  return structured(468, 'ERR-01-008', 'The compose hash is not allowed by the on-chain contract', {
    details: [{ field: 'compose_hash', value: composeHash, message: null }],
  });
}

/**
 * 409. The text is the description of the status in OpenAPI; no ERR code is documented for it, which is what tells this
 * 409 from the final ones [facts §1]. The exact body is unknown.
 */
export function operationInProgress(): ApiError {
  return plain(409, 'Another operation in progress');
}

/** 409 of an operation that has to go on; the text is OpenAPI's description of the status (cancel_cvm_operation). */
export function operationNotCancellable(): ApiError {
  return plain(409, 'Cannot cancel this operation type');
}

/** 429 for an event stream too many. The limit is OpenAPI's (handle_get_cvm_state), status and text are chosen. */
export function tooManyStreams(): ApiError {
  return plain(429, 'Too many concurrent SSE connections (limit: 5 per user)');
}

/** 401 without a key; the text is OpenAPI's description of the status on the app endpoints. */
export function notAuthenticated(): ApiError {
  return plain(401, 'Not authenticated');
}

/** 401 with a wrong key; the text is what the official SDK's tests put into their mocks. */
export function invalidApiKey(): ApiError {
  return plain(401, 'Invalid API key');
}

/** 404 of anything without an ERR code (KMS, app); the texts are OpenAPI's descriptions of the status. */
export function notFound(what: 'KMS' | 'App' | 'Pending update' | 'Workspace' | 'Webhook' | 'Delivery'): ApiError {
  return plain(404, `${what} not found`);
}

/** 403 of what asks for a second factor: "403 if not" enabled [DOC-webhooks "Reveal Secret"]; the text is chosen. */
export function twoFactorRequired(): ApiError {
  return plain(403, 'Two-factor authentication must be enabled');
}

/** 400 with a plain text. */
export function badRequest(detail: string): ApiError {
  return plain(400, detail);
}

/** 503 while the chain does not answer. Chosen: the facts only say that RPC trouble is the backend's own, a 5xx. */
export function chainUnavailable(): ApiError {
  return plain(503, 'On-chain verification is temporarily unavailable');
}

/** 500 for anything unexpected. FastAPI's own text. */
export function internalError(): ApiError {
  return plain(500, 'Internal Server Error');
}

/** 422 [OpenAPI HTTPValidationError]. */
export function validationFailed(issues: readonly ValidationIssue[]): ApiError {
  return new ApiError(422, { shape: 'validation', issues });
}

export function plain(status: number, detail: string): ApiError {
  return new ApiError(status, { shape: 'detail', detail });
}

export function structured(
  status: number,
  code: string,
  message: string,
  more: { readonly details?: readonly ErrorDetail[]; readonly suggestions?: readonly string[] } = {},
): ApiError {
  return new ApiError(status, { shape: 'structured', code, message, ...more });
}
