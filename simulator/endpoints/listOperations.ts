import { z } from 'zod';
import { badRequest } from '../answers/errors.js';
import { operationRecord } from '../answers/operations.js';
import { addressedCvm } from '../server/addressedCvm.js';
import type { Endpoint } from '../server/endpoint.js';
import { parseQuery, queryDateTime, queryInteger } from '../server/parse.js';
import type { Operation } from '../state/operation.js';

const querySchema = z.object({
  cursor: z.string().optional(),
  limit: queryInteger(50, 1, 500),
  start_time: queryDateTime(),
  end_time: queryDateTime(),
});

/**
 * GET /cvms/{cvm_id}/operations [OpenAPI: PaginatedCvmOperationsResponse, newest first, opaque cursor, start_time and
 * end_time by the operation's start, operation_types as a repeated parameter]. Chosen: `total` counts what the filters
 * leave, and an unknown cursor is a 400.
 */
export const listOperations: Endpoint = {
  name: 'listOperations',
  method: 'GET',
  path: '/cvms/:cvmId/operations',
  authenticated: true,
  handle(call, cloud) {
    const query = parseQuery(call, querySchema);
    const cvm = addressedCvm(call, cloud);
    const types = call.query.getAll('operation_types');
    const matching = cvm.operations
      .filter(
        ({ startedAt, type }) =>
          (query.start_time === undefined || startedAt > query.start_time) &&
          (query.end_time === undefined || startedAt < query.end_time) &&
          (types.length === 0 || types.includes(type)),
      )
      .reverse();
    const first = query.cursor === undefined ? 0 : afterCursor(matching, query.cursor);
    const items = matching.slice(first, first + query.limit);
    const last = items.at(-1);
    const quirks = call.quirks(cvm);
    return {
      status: 200,
      body: {
        items: items.map((operation) => operationRecord(operation, cloud.clock.now(), quirks)),
        next_cursor: last === undefined || last === matching.at(-1) ? null : cursorAt(last),
        total: matching.length,
      },
    };
  },
};

function cursorAt({ correlationId }: Operation): string {
  return Buffer.from(correlationId).toString('base64url');
}

function afterCursor(operations: readonly Operation[], cursor: string): number {
  const index = operations.findIndex((operation) => cursorAt(operation) === cursor);
  if (index === -1) {
    throw badRequest('Invalid cursor');
  }
  return index + 1;
}
