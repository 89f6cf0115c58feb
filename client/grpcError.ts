import { isGrpcServiceError, ServiceError } from '@temporalio/client';

type GrpcError = Error & { readonly code: number; readonly details: string };

/** What the server itself said, by gRPC; Temporal's client wraps it at times. Null where the error is another. */
export function grpcErrorOf(error: unknown): GrpcError | null {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) ? cause : null;
}

/** gRPC codes DEADLINE_EXCEEDED and FAILED_PRECONDITION. */
const [deadlineExceeded, failedPrecondition] = [4, 9];

/** Whether no worker took the request up in its time; the server says so in one of two ways. */
export function wasLeftAlone(error: unknown): boolean {
  const { code, details = '' } = grpcErrorOf(error) ?? {};
  return code === deadlineExceeded || (code === failedPrecondition && /no poller/i.test(details));
}
