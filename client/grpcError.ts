import { isGrpcServiceError, ServiceError } from '@temporalio/client';

type GrpcError = Error & { readonly code: number; readonly details: string };

/** What the server itself said, by gRPC; Temporal's client wraps it at times. Null where the error is another. */
export function grpcErrorOf(error: unknown): GrpcError | null {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) ? cause : null;
}

/**
 * gRPC codes CANCELLED, DEADLINE_EXCEEDED and FAILED_PRECONDITION. Nothing here cancels a call: the server does, where it is
 * the first to see that the time is over.
 */
const [cancelled, deadlineExceeded, failedPrecondition] = [1, 4, 9];

/** Whether no worker took the request up in its time; the server says so in one of three ways. */
export function wasLeftAlone(error: unknown): boolean {
  const { code, details = '' } = grpcErrorOf(error) ?? {};
  return code === cancelled || code === deadlineExceeded || (code === failedPrecondition && /no poller/i.test(details));
}
