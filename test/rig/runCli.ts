import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from '../../stack/projectFolder.js';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as its users do: the compiled program, in a process of its own, with nothing else set. */
export function runCli(
  args: readonly string[],
  { environment = {}, cwd = projectFolder() }: { environment?: Readonly<Record<string, string>>; cwd?: string } = {},
): Promise<CliResult> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [join(projectFolder(), 'dist/cli/main.js'), ...args], {
    cwd,
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}
