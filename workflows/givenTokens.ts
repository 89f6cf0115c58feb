import { Failure } from '../model/failure.js';
import type { SealedToken } from '../model/sealedToken.js';

/** Tokens that are taken before the change waits for one. */
const mostTokens = 100;

/** A commit token that came from outside. */
interface GivenToken {
  readonly token: SealedToken;
  /** ISO 8601, UTC; at the latest. */
  readonly expiresAt: string;
}

/**
 * The commit tokens that an adopted update was given. Messages may come in any order and more than once; a token that
 * expires later was made later, and made those before it void.
 */
export class GivenTokens {
  private spent = false;
  private taken = 0;

  constructor(private newest: GivenToken) {}

  /** @returns whether it is newer than what is there */
  offer(given: GivenToken): boolean {
    if (!this.spent && Date.parse(given.expiresAt) <= Date.parse(this.newest.expiresAt)) return false;
    if (given.token === this.newest.token) return false;
    this.newest = given;
    this.spent = false;
    this.taken++;
    return true;
  }

  /**
   * Refuses a token where too many came before. Somebody who prepares the same every few minutes would use up the messages
   * that a server takes for one change; it is enough to be given one when it is needed.
   *
   * @param needed whether the change waits for it
   * @throws Failure TooManyMessages
   */
  admit(needed: boolean): void {
    if (needed || this.taken < mostTokens) return;
    throw new Failure(
      'TooManyMessages',
      `${mostTokens} tokens were given already: the next is taken when it is needed.`,
      {
        remedy: 'Give one when the change is blocked as CommitTokenVoid.',
      },
    );
  }

  /** Null where the newest is known to commit nothing any more. */
  current(now: number): SealedToken | null {
    return this.spent || Date.parse(this.newest.expiresAt) <= now ? null : this.newest.token;
  }

  /** It was refused, or used. A newer one that has come meanwhile stays. */
  spend(token: SealedToken): void {
    if (token === this.newest.token) this.spent = true;
  }
}
