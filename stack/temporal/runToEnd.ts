import { type LeashOptions, spawnLeashed } from '../process/spawnLeashed.js';

/** How many of the last lines of a failed command its error shows. */
const shownLines = 12;

/**
 * Runs a command on a leash until it ends.
 *
 * @param limitMs - the longest it may take; it is stopped then
 * @throws Error with the last lines of its output when it does not end with code 0, or not in time
 */
export async function runToEnd(
  command: string,
  args: readonly string[],
  { limitMs, ...options }: Omit<LeashOptions, 'onLine'> & { readonly limitMs: number },
): Promise<void> {
  const tail: string[] = [];
  const child = spawnLeashed(command, args, {
    ...options,
    onLine(line) {
      tail.push(line);
      if (tail.length > shownLines) tail.shift();
    },
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void child.stop(2_000);
  }, limitMs);
  const { code, signal } = await child.exited;
  clearTimeout(timer);
  if (code === 0 && !late) return;
  const end = late ? `was stopped after ${limitMs / 1000} s` : `ended with ${signal ?? `code ${code}`}`;
  throw new Error([`${options.name} ${end}`, ...tail].join('\n  '));
}
