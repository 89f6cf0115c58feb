import ms from 'ms';
import { UsageError } from './usageError.js';

/**
 * Reads a deadline: an instant with its zone (ISO 8601), or how far away it is ("7d", "36h").
 *
 * @param option whose value it is, for the message
 * @returns ISO 8601 in UTC
 */
export function readDeadline(text: string, now: number = Date.now(), option = '--deadline'): string {
  const ahead = /^\d+(\.\d+)?\s*[a-z]+$/i.test(text) ? ms(text as ms.StringValue) : undefined; // Checked: undefined if unknown.
  const instant = ahead === undefined ? Date.parse(text) : now + ahead;
  const zoned = ahead !== undefined || /(Z|[+-]\d\d:?\d\d)$/.test(text);
  if (!Number.isFinite(instant) || !zoned) {
    throw new UsageError(`${option}: "${text}" is neither a span such as 7d nor a time with its zone.`);
  }
  return new Date(instant).toISOString();
}
