import { isGrpcServiceError, ServiceError } from '@temporalio/client';

type GrpcError = Error & { readonly code: number; readonly details: string };

/** gRPC's code for a deadline that passed before an answer came. */
export const deadlineExceeded = 4;

/** What the server itself said, by gRPC; Temporal's client wraps it at times. Null where the error is another. */
export function grpcErrorOf(error: unknown): GrpcError | null {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) ? cause : null;
}
