import { Failure } from '../model/failure.js';

/**
 * Runs the look that would settle whether an earlier attempt took effect. Where the look itself fails, that stays open,
 * and the failure says so: nobody may be told then that nothing happened.
 */
export async function inDoubtStill<Result>(look: () => Promise<Result>): Promise<Result> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { type, message, details, retryAfter } = error;
    throw new Failure(type, message, {
      ...details,
      effect: 'unknown',
      ...(retryAfter !== undefined && { retryAfter }),
    });
  }
}
