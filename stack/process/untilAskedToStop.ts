/** How often it is looked whether npm still lives, in milliseconds. */
const lookInterval = 500;

/**
 * Resolves when this process should stop: on SIGINT, SIGTERM or SIGHUP, and where npm started it, also when npm is gone.
 * A signal to npm does not always reach the process that it runs.
 */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    if (process.env['npm_lifecycle_event'] === undefined) return;
    const parent = process.ppid;
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      resolve();
    }, lookInterval);
    timer.unref();
  });
}
