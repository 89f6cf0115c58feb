/** What the process tests look at: the operating system's own list, since a leash is only as good as what is left there. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface ListedProcess {
  readonly pid: number;
  readonly group: number;
  readonly command: string;
}

/** Every process of the machine except the dead ones whose parent has not read their status yet. */
export async function listProcesses(): Promise<ListedProcess[]> {
  const { stdout } = await run('ps', ['-A', '-ww', '-o', 'pid=', '-o', 'pgid=', '-o', 'stat=', '-o', 'args=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, group, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || state === undefined || state.startsWith('Z')) return [];
    return [{ pid: Number(pid), group: Number(group), command: command ?? '' }];
  });
}

/** The processes whose command line holds `mark`. */
export async function listMarked(mark: string): Promise<ListedProcess[]> {
  return (await listProcesses()).filter(({ command }) => command.includes(mark));
}

/**
 * Waits until `look` answers `expected`.
 *
 * @throws Error with the last answer when that does not happen within `timeoutMs`
 */
export async function eventually<T>(look: () => Promise<T> | T, expected: (seen: T) => boolean, timeoutMs = 10_000) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (expected(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`Not seen within ${timeoutMs} ms; last: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
