/**
 * Child processes that never outlive their parent, on Linux and macOS, without native code.
 *
 * One small `sh` per child, the leash, reads from a pipe whose other end only the parent holds. The kernel closes that
 * end when the parent exits, crashes or is SIGKILLed, so the leash always learns of it. How the pieces hold together:
 *
 * - The shell forks the leash and then *becomes* the command (`exec`): the child's pid and exit status are the
 *   command's own, and no command ever runs without its leash.
 * - The child leads its own session, so a terminal's Ctrl-C reaches the parent alone, which then decides; and its
 *   process group holds everything the command starts, so the whole of it is ended together.
 * - The leash is a member of that group. While it lives the kernel cannot give the group's number to anybody else, so a
 *   kill by number never hits a stranger. Killing the group is the leash's last act and ends the leash as well.
 * - All killing is the leash's. The parent only writes how long the command may take to stop, or closes the pipe.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Duplex, type Readable } from 'node:stream';

/** How a process ended: an exit code from 0 to 255, or the signal that ended it. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Settings of {@link spawnLeashed}. */
export interface LeashOptions {
  /** What the process is called in error messages. */
  readonly name: string;
  /** The child's environment; the parent's own by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** The child's working folder; the parent's own by default. */
  readonly cwd?: string;
  /** Receives each line that the child prints, without its end. Output is dropped when this is absent. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** A child process on its leash. */
export interface LeashedProcess {
  /** The command's own process id; its process group has the same number. */
  readonly pid: number;
  /** Resolves once the command, everything it started in its process group, and the leash are gone. Never rejects. */
  readonly exited: Promise<ProcessExit>;
  /**
   * Ends the command and everything it started: TERM, then KILL after `graceMs`. With 0 it is KILL at once.
   * Resolves when all of it is gone. A second call waits for the first and does not shorten its grace.
   */
  stop(graceMs: number): Promise<void>;
}

/** How often the leash looks whether a command that was asked to stop has gone. */
const pollMs = 50;

/** How long the command may take to stop, in milliseconds, when the parent is gone and can no longer say. */
const orphanGraceMs = 5_000;

/** How long output may still arrive after the process group is gone, from a descendant that left the group. */
const lateOutputMs = 500;

/**
 * `$1` is the number of polls to wait when the pipe closes without a word. The loop runs in the group that it kills, so
 * it ignores what it sends. `sleep 1` stands in where `sleep` takes whole seconds only.
 */
const leashScript = `(
  trap '' TERM INT HUP QUIT PIPE
  read -r polls <&3 || polls=$1
  if [ "$polls" -gt 0 ]; then kill -s TERM -- "-$$"; fi
  while [ "$polls" -gt 0 ] && kill -s 0 "$$"; do sleep ${pollMs / 1000} || sleep 1; polls=$((polls - 1)); done
  kill -s KILL -- "-$$"
) </dev/null >/dev/null 2>&1 &
exec 3<&-
shift
exec "$@"`;

/**
 * Starts `command` so that it cannot outlive this process.
 *
 * The child has no standard input. A command that cannot be found or run ends with code 127 or 126, as in a shell.
 * Descendants that open a session of their own escape the leash. A running child keeps this process's event loop alive.
 *
 * @param command - a path, or a name looked up on the child's PATH
 * @param args - its arguments, passed on as they are
 * @throws Error when `/bin/sh` cannot be started at all, most often because `cwd` does not exist
 */
export function spawnLeashed(command: string, args: readonly string[], options: LeashOptions): LeashedProcess {
  const output = options.onLine === undefined ? 'ignore' : 'pipe';
  const child = spawn('/bin/sh', ['-c', leashScript, 'leash', String(orphanGraceMs / pollMs), command, ...args], {
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: ['ignore', output, output, 'pipe'],
    detached: true,
  });
  // Node reports a failed start by this event only; without a listener it would end the parent.
  child.on('error', () => {});
  const { pid } = child;
  const leash = child.stdio[3];
  if (pid === undefined || !(leash instanceof Duplex)) {
    throw new Error(
      `Cannot start ${options.name}: /bin/sh did not start in ${options.cwd ?? process.cwd()}. Check that this folder exists.`,
    );
  }
  readLines(child.stdout, 'stdout', options.onLine);
  readLines(child.stderr, 'stderr', options.onLine);

  const exited = watchExit(child, leash, pid);
  return {
    pid,
    exited,
    async stop(graceMs) {
      if (leash.writable) leash.end(`${Math.ceil(graceMs / pollMs)}\n`);
      await exited;
    },
  };
}

function readLines(
  output: Readable | null,
  stream: 'stdout' | 'stderr',
  onLine: LeashOptions['onLine'] | undefined,
): void {
  if (output === null || onLine === undefined) return;
  createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => onLine(line, stream));
}

/** Resolves when the command has ended, the leash has cleared its process group, and the output is read to its end. */
function watchExit(child: ChildProcess, leash: Duplex, pid: number): Promise<ProcessExit> {
  // The command's end is not the end of what it started: closing the pipe has the leash clear the rest of the group.
  child.once('exit', () => leash.end());
  // Writing to a leash that has already gone is no error: what it was asked for has happened.
  leash.on('error', () => {});
  leash.resume();
  leash.once('close', () => {
    // Somebody killed the leash and left the command. The command is not reaped yet, so its number is still its own.
    if (child.exitCode === null && child.signalCode === null) killGroup(pid);
    const timer = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, lateOutputMs);
    child.once('close', () => clearTimeout(timer));
  });
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group went away by itself in between.
  }
}
