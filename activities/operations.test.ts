import { describe, expect, it } from 'vitest';
import { composeHashSchema } from '../model/hex.js';
import type { Operation } from '../phala/listOperations.js';
import { operationOf, operationsSince } from './operations.js';

const hash = composeHashSchema.parse('ab'.repeat(32));
const operation = (id: string, minute: number, compose_hash: Operation['compose_hash'] = null): Operation => ({
  correlation_id: id,
  operation_type: 'compose_update',
  started_at: `2026-11-21T00:${String(minute).padStart(2, '0')}:00Z`,
  status: 'completed',
  compose_hash,
});

/** Newest first, as the API lists them. */
const operations = [operation('c', 3, hash), operation('b', 2), operation('a', 1, hash)];
const ids = (list: readonly Operation[]): string[] => list.map(({ correlation_id }) => correlation_id);

describe('the operations since a mark', () => {
  it('are those before it in the list, whatever the clocks say', () => {
    const skewed = { correlationId: 'b', startedAt: '2030-01-01T00:00:00Z' };
    expect(ids(operationsSince(operations, skewed))).toEqual(['c']);
  });

  it('are all of them where there was none before', () => {
    expect(ids(operationsSince(operations, null))).toEqual(['c', 'b', 'a']);
  });

  it('are found by their time where the marked one has left the page', () => {
    const mark = { correlationId: 'gone', startedAt: '2026-11-21T00:02:00Z' };
    expect(ids(operationsSince(operations, mark))).toEqual(['c', 'b']);
  });
});

describe('the operation of a compose hash', () => {
  it('is the newest that applies it', () => {
    expect(operationOf(operations, hash)?.correlation_id).toBe('c');
    expect(operationOf([operation('b', 2)], hash)).toBeNull();
  });
});
