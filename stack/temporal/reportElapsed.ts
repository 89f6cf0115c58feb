/**
 * Says that something long is under way, again and again until it has ended.
 *
 * @param progress - told `message` at once, then with the time gone by every `everyMs`
 * @param message - what is being done, without a full stop
 * @param work - what takes so long; its result or error is passed on
 */
export async function reportElapsed<T>(
  progress: (message: string) => void,
  message: string,
  work: Promise<T>,
  everyMs = 10_000,
): Promise<T> {
  const start = Date.now();
  progress(message);
  const timer = setInterval(() => progress(`${message}: ${Math.round((Date.now() - start) / 1000)} s`), everyMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
