import type { JsonValue } from '../rules/json.js';

/** One entry of a structured error's `details` [facts §1, error shape 2]. */
export interface ErrorDetail {
  readonly field: string;
  readonly value: JsonValue;
  readonly message: string | null;
}

/** One entry of FastAPI's validation list [OpenAPI ValidationError; ctx and input: facts §1, shape 1]. */
export interface ValidationIssue {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input?: unknown;
  readonly ctx?: Readonly<Record<string, unknown>>;
}

export type ErrorContent =
  /** FastAPI's HTTPException: {"detail": "<string>"}. */
  | { readonly shape: 'detail'; readonly detail: string }
  /** FastAPI's 422: {"detail": [...]}. */
  | { readonly shape: 'validation'; readonly issues: readonly ValidationIssue[] }
  /** With an ERR code from the catalogue (DOC-errors). */
  | {
      readonly shape: 'structured';
      readonly code: string;
      readonly message: string;
      readonly details?: readonly ErrorDetail[];
      readonly suggestions?: readonly string[];
    };

/** An answer other than success. How it is written is decided where it is sent (`renderError`). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly content: ErrorContent;

  constructor(status: number, content: ErrorContent) {
    super(content.shape === 'structured' ? content.message : content.shape);
    this.status = status;
    this.content = content;
  }
}
