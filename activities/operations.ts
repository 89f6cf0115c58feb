import type { OperationMark } from '../model/descriptions.js';
import type { ComposeHash } from '../model/hex.js';
import type { Operation } from '../phala/listOperations.js';

/**
 * The operations that were started after the mark. They come newest first, so those before the marked one are newer;
 * no clock is compared.
 */
export function operationsSince(operations: readonly Operation[], mark: OperationMark): readonly Operation[] {
  if (mark === null) return operations;
  const marked = operations.findIndex(({ correlation_id }) => correlation_id === mark.correlationId);
  if (marked >= 0) return operations.slice(0, marked);
  // The marked one has left the page: all of this page is newer, unless the list forgets.
  return operations.filter(({ started_at }) => Date.parse(started_at) >= Date.parse(mark.startedAt));
}

/** The operation that applies the given compose hash; null where none of them does. */
export const operationOf = (operations: readonly Operation[], composeHash: ComposeHash): Operation | null =>
  operations.find((operation) => operation.compose_hash === composeHash) ?? null;
