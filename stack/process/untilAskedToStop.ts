import { execFileSync } from 'node:child_process';

/** How often it is looked whether npm still lives, in milliseconds. */
const lookInterval = 500;
/** Between npm and this process there is a shell at most. */
const generations = 3;

/**
 * Resolves when this process should stop: on SIGINT, SIGTERM or SIGHUP, and where npm started it, also when npm is gone.
 * A signal to npm does not always reach the process that it runs, and SIGKILL never does.
 */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    const npm = process.env['npm_lifecycle_event'] === undefined ? null : npmAbove(process.ppid, generations);
    if (npm === null) return;
    const timer = setInterval(() => {
      if (isAlive(npm)) return;
      clearInterval(timer);
      resolve();
    }, lookInterval);
    timer.unref();
  });
}

/** The process of npm among the ancestors; null where there is none, or `ps` does not tell. */
function npmAbove(pid: number, left: number): number | null {
  if (left === 0) return null;
  try {
    const listed = execFileSync('ps', ['-o', 'ppid=', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
    const [, parent, command = ''] = /^\s*(\d+)\s+(.*)$/m.exec(listed) ?? [];
    if (/^npm\b|\bnpm(-cli\.js)?\s/.test(command)) return pid;
    return parent === undefined ? null : npmAbove(Number(parent), left - 1);
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
