export interface PollPace {
  /** Milliseconds after the first look. */
  readonly first: number;
  /** By how much each wait is longer than the one before. */
  readonly factor: number;
  /** Milliseconds at the most. */
  readonly longest: number;
}

/**
 * Of what is awaited from people: soon at first, for the watcher may not know the change yet, and each hour in the end, for
 * it tells of all that happens.
 */
export const fallbackPace: PollPace = { first: 5_000, factor: 1.25, longest: 3_600_000 };

/**
 * The same where this worker keeps a watcher of the chain, and nothing but events is awaited, of which that one tells: three
 * looks in the first minutes, for what happened before the watcher knew the change. What has waited for longer costs a
 * look an hour, however many wait.
 */
export const watchedPace: PollPace = { first: 10_000, factor: 30, longest: 3_600_000 };

/**
 * How long to wait after a look in vain, in milliseconds: longer each time, and spread by a sixth either way, so that a
 * thousand changes that wait do not ask at once.
 *
 * @param attempt from 1
 */
export function pollDelay(attempt: number, { first, factor, longest }: PollPace): number {
  const delay = Math.min(first * factor ** Math.min(attempt - 1, 200), longest);
  return Math.round(delay * (5 / 6 + Math.random() / 3));
}
