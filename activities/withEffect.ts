import { Failure } from '../model/failure.js';
import type { Effect } from '../model/failures.js';

/**
 * Runs a look, and lets its failures say what is known of what was sent before: by itself a look that fails says that
 * nothing took effect. Nobody may be told so while that is open (`unknown`), or not true (`taken`).
 */
export async function withEffect<Result>(effect: Effect, look: () => Promise<Result>): Promise<Result> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { type, message, details, retryAfter } = error;
    throw new Failure(type, message, { ...details, effect, ...(retryAfter !== undefined && { retryAfter }) });
  }
}
