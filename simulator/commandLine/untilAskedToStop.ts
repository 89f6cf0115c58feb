/** How often it is looked whether npm still lives, in milliseconds. */
const LOOK_INTERVAL = 500;

/**
 * Resolves when this process should stop: on SIGINT, SIGTERM or SIGHUP, and where npm started it, also when its parent is
 * gone, because a signal to npm does not always reach the process that it runs.
 */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => resolve());
    }
    if (process.env['npm_lifecycle_event'] !== undefined) {
      const parent = process.ppid;
      setInterval(() => process.ppid !== parent && resolve(), LOOK_INTERVAL).unref();
    }
  });
}
