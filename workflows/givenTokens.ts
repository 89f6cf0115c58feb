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
 * expires later was made later, and made those before it void. But ends may be guesses: where the API refuses a token, the
 * others are tried before anybody is asked for one.
 */
export class GivenTokens {
  private readonly tokens: GivenToken[];
  private readonly spent = new Set<SealedToken>();
  private taken = 0;

  constructor(first: GivenToken) {
    this.tokens = [first];
  }

  /** @returns whether it is the one to commit with now; an older one is kept in reserve */
  offer(given: GivenToken): boolean {
    if (this.tokens.some(({ token }) => token === given.token)) return false;
    const before = this.newest();
    this.tokens.push(given);
    this.taken++;
    return before === null || Date.parse(given.expiresAt) > Date.parse(before.expiresAt);
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

  /** The newest that is not known to commit nothing any more; null where there is none. */
  current(now: number): GivenToken | null {
    const newest = this.newest();
    return newest && Date.parse(newest.expiresAt) > now ? newest : null;
  }

  /** It was refused, or used. */
  spend(token: SealedToken): void {
    this.spent.add(token);
  }

  /** Of several with the same end, the one that came first. */
  private newest(): GivenToken | null {
    return this.tokens
      .filter(({ token }) => !this.spent.has(token))
      .reduce<GivenToken | null>(
        (newest, one) => (newest && Date.parse(newest.expiresAt) >= Date.parse(one.expiresAt) ? newest : one),
        null,
      );
  }
}
