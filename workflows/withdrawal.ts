import type { EndPhase } from '../model/phases.js';

/** Thrown out of the course where the change ends before its commit: rejected, cancelled, or too late. */
export class Withdrawal extends Error {
  constructor(
    readonly phase: Extract<EndPhase, 'rejected' | 'cancelled' | 'expired'>,
    summary: string,
  ) {
    super(summary);
  }
}
